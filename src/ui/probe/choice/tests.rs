use super::*;

const NOTHING: Answers = Answers {
    cell: None,
    sixel: None,
    kitty: false,
};

type Variables<'a> = &'a [(&'a str, &'a str)];

fn plain() -> Answers {
    told(false, false)
}

fn told(kitty: bool, sixel: bool) -> Answers {
    Answers {
        kitty,
        sixel: Some(sixel),
        ..NOTHING
    }
}

/// A wish for the best way in the terminal of these variables, in UTF-8 where none says otherwise.
fn wish(variables: Variables) -> Wish {
    let usual = [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")];
    let variables = [variables, &usual].concat();
    let get = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Wish {
        surroundings: Surroundings::of(get, None),
        graphics: Graphics::Auto,
        budget: None,
        cell: None,
    }
}

#[test]
fn the_best_way_that_the_terminal_shows_is_chosen() {
    let tmux = [("TMUX", "socket"), ("LC_TERMINAL", "iTerm2")];
    let wezterm = [("TERM_PROGRAM", "WezTerm")];
    let latin = [("LANG", "C")];
    let table: [(Variables, Answers, Protocol, &str); 13] = [
        (&[], told(true, true), Protocol::Kitty, "kitty"),
        (&[], told(false, true), Protocol::Sixel, "sixel"),
        (&[], plain(), Protocol::Blocks, "neither"),
        (&[], NOTHING, Protocol::Blocks, "did not answer"),
        (&wezterm, told(true, true), Protocol::Kitty, "kitty"),
        (&wezterm, told(false, true), Protocol::Iterm, "TERM_PROGRAM"),
        (&wezterm, NOTHING, Protocol::Iterm, "TERM_PROGRAM"),
        (&tmux, told(false, true), Protocol::Sixel, "multiplexer"),
        (&tmux, plain(), Protocol::Blocks, "tmux or screen"),
        (&tmux, NOTHING, Protocol::Blocks, "tmux or screen"),
        (&latin, plain(), Protocol::Off, "UTF-8"),
        (&latin, told(true, false), Protocol::Kitty, "kitty"),
        (&latin, told(false, true), Protocol::Sixel, "sixel"),
    ];
    for (variables, told, protocol, why) in table {
        let choice = wish(variables).choose(&told);
        assert_eq!(choice.means.protocol, protocol, "{variables:?} {told:?}");
        assert!(choice.why.contains(why), "{variables:?}: {}", choice.why);
    }
}

#[test]
fn what_the_person_says_holds_whatever_the_terminal_says() {
    for graphics in Graphics::ALL {
        let Graphics::Fixed(protocol) = graphics else {
            continue;
        };
        let wish = Wish {
            graphics,
            ..wish(&[("TMUX", "socket"), ("LANG", "C")])
        };
        let choice = wish.choose(&told(true, true));
        assert_eq!(choice.means.protocol, protocol);
        assert!(choice.why.contains("graphics"));
    }
}

#[test]
fn there_are_no_pictures_without_colours() {
    for graphics in Graphics::ALL {
        let mut wish = Wish {
            graphics,
            ..wish(&[])
        };
        wish.surroundings.depth = Depth::Mono;
        assert_eq!(wish.questions(), Questions::None);
        let choice = wish.choose(&told(true, true));
        assert_eq!(choice.means.protocol, Protocol::Off);
        assert!(choice.why.contains("NO_COLOR"));
    }
}

#[test]
fn only_what_matters_is_asked() {
    let large = Size {
        width: 9,
        height: 18,
    };
    let fixed = |protocol, cell, variables| {
        let wish = Wish {
            graphics: Graphics::Fixed(protocol),
            cell,
            ..wish(variables)
        };
        wish.questions()
    };
    assert_eq!(wish(&[]).questions(), Questions::All);
    assert_eq!(
        wish(&[("TERM", "screen")]).questions(),
        Questions::Attributes
    );
    for protocol in [Protocol::Kitty, Protocol::Iterm, Protocol::Sixel] {
        assert_eq!(fixed(protocol, None, &[]), Questions::Cell);
        assert_eq!(fixed(protocol, Some(large), &[]), Questions::None);
        assert_eq!(fixed(protocol, None, &[("TMUX", "1")]), Questions::None);
    }
    for protocol in [Protocol::Blocks, Protocol::Off] {
        assert_eq!(fixed(protocol, None, &[]), Questions::None);
    }
}

#[test]
fn the_size_of_a_cell_is_taken_from_who_knows_it() {
    let size = |width, height| Size { width, height };
    let cell = |window, told, variables| {
        let wish = Wish {
            cell: window,
            ..wish(variables)
        };
        let answers = Answers {
            cell: told,
            ..plain()
        };
        wish.choose(&answers).means.cell
    };
    let (window, told) = (Some(size(9, 18)), Some(size(8, 16)));
    assert_eq!(cell(window, told, &[]), size(9, 18));
    assert_eq!(cell(None, told, &[]), size(8, 16));
    assert_eq!(cell(Some(size(1, 3000)), told, &[]), size(8, 16));
    assert_eq!(cell(None, Some(size(0, 0)), &[]), USUAL_CELL);
    assert_eq!(cell(None, None, &[]), USUAL_CELL);
    assert_eq!(cell(window, told, &[("TMUX", "1")]), USUAL_CELL);
}

#[test]
fn a_picture_costs_less_over_ssh_where_nobody_said_how_much() {
    let ssh = wish(&[("SSH_TTY", "pts/1")]);
    assert_eq!(wish(&[]).choose(&NOTHING).means.budget, 400_000);
    assert_eq!(ssh.choose(&NOTHING).means.budget, 96_000);
    let said = Wish {
        budget: Some(50_000),
        ..ssh
    };
    assert_eq!(said.choose(&NOTHING).means.budget, 50_000);
}

#[test]
fn pictures_are_cells_while_the_terminal_is_asked() {
    let sixel = Wish {
        graphics: Graphics::Fixed(Protocol::Sixel),
        ..wish(&[("TERM_PROGRAM", "WezTerm")])
    };
    assert_eq!(sixel.meanwhile().means.protocol, Protocol::Blocks);
    let latin = wish(&[("LANG", "C")]).meanwhile();
    assert_eq!(latin.means.protocol, Protocol::Off);
    assert!(latin.why.contains("UTF-8"));
}
