use super::*;

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().copied().collect()
}

fn read(variables: &[(&str, &str)]) -> HuggingFace {
    let mut hugging_face = HuggingFace::default();
    let errors = hugging_face.take_environment(&environment(variables));
    assert!(errors.is_empty(), "{errors:?}");
    hugging_face
}

#[test]
fn an_empty_environment_says_nothing() {
    assert_eq!(read(&[]), HuggingFace::default());
}

#[test]
fn addresses_come_from_the_environment_without_their_last_slash() {
    let elsewhere = read(&[
        ("HF_ENDPOINT", "https://hub.example/mirror//"),
        ("BLIPBOARD_ROUTER_URL", "http://127.0.0.1:8080/v1/"),
    ]);
    let endpoint = elsewhere.endpoint;
    assert_eq!(endpoint.value.as_str(), "https://hub.example/mirror");
    assert_eq!(endpoint.source.to_string(), "HF_ENDPOINT");
    let router = elsewhere.router;
    assert_eq!(router.value.as_str(), "http://127.0.0.1:8080/v1");
    assert_eq!(router.source.to_string(), "BLIPBOARD_ROUTER_URL");
}

#[test]
fn a_wrong_address_is_told_by_its_variable_and_the_default_holds() {
    for wrong in ["huggingface.co", "ftp://huggingface.co", "https://", "/"] {
        let mut hugging_face = HuggingFace::default();
        let variables = environment(&[("HF_ENDPOINT", wrong)]);
        let errors = hugging_face.take_environment(&variables);
        assert_eq!(errors.len(), 1, "{wrong}");
        let expected = format!("HF_ENDPOINT: `address` cannot be `{wrong}`");
        assert_eq!(errors[0].to_string(), expected);
        assert_eq!(hugging_face, HuggingFace::default());
    }
}

#[test]
fn offline_is_said_by_either_variable_and_the_newer_one_has_the_last_word() {
    let (newer, older) = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE");
    for (variables, says) in [
        (&[(newer, "1")][..], Some(newer)),
        (&[(newer, "true")], Some(newer)),
        (&[(older, "On")], Some(older)),
        (&[(newer, ""), (older, "YES")], Some(older)),
        (&[(newer, "0"), (older, "1")], None),
        (&[(newer, "false")], None),
        (&[(newer, "2")], None),
    ] {
        assert_eq!(read(variables).offline, says, "{variables:?}");
    }
}

#[test]
fn the_variables_of_the_token_are_read_in_their_order() {
    let token = |written| Token::read(written);
    let (first, second) = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
    for (variables, expected) in [
        (&[][..], vec![]),
        (&[(first, ""), (second, " \n")], vec![]),
        (
            &[(second, "hf_b"), (first, " hf_a\n")],
            vec![(first, token("hf_a")), (second, token("hf_b"))],
        ),
        (&[(second, "hf b")], vec![(second, Err(TokenError::Broken))]),
    ] {
        assert_eq!(read(variables).token.variables, expected, "{variables:?}");
    }
}

#[test]
fn a_variable_that_is_no_text_holds_a_broken_token() {
    let mut hugging_face = HuggingFace::default();
    let written = OsString::from_vec(b"hf_\xff".to_vec());
    let environment = [("HF_TOKEN", written)].into_iter().collect();
    assert!(hugging_face.take_environment(&environment).is_empty());
    let expected = [("HF_TOKEN", Err(TokenError::Broken))];
    assert_eq!(hugging_face.token.variables, expected);
}

#[test]
fn the_token_may_be_forbidden() {
    let name = "HF_HUB_DISABLE_IMPLICIT_TOKEN";
    assert_eq!(read(&[(name, "yes")]).token.forbidden, Some(name));
    assert_eq!(read(&[(name, "no")]).token.forbidden, None);
}

#[test]
fn the_token_file_lies_where_hugging_face_puts_it() {
    for (variables, file) in [
        (&[][..], None),
        (
            &[("HOME", "/home/me")],
            Some("/home/me/.cache/huggingface/token"),
        ),
        (
            &[("HOME", "/home/me"), ("XDG_CACHE_HOME", "~/x")],
            Some("/home/me/x/huggingface/token"),
        ),
        (
            &[
                ("HOME", "/home/me"),
                ("XDG_CACHE_HOME", "/x"),
                ("HF_HOME", "${DISK}/hf"),
                ("DISK", "/disk"),
            ],
            Some("/disk/hf/token"),
        ),
        (
            &[
                ("HOME", "/home/me"),
                ("HF_HOME", "/hf"),
                ("HF_TOKEN_PATH", "~/tokens/$WHO.txt"),
                ("WHO", "alice"),
            ],
            Some("/home/me/tokens/alice.txt"),
        ),
        (
            &[("HOME", "/home/me"), ("HF_TOKEN_PATH", "~bob/$NOBODY/${x")],
            Some("~bob/$NOBODY/${x"),
        ),
        (&[("HF_TOKEN_PATH", "~/$")], Some("~/$")),
    ] {
        let found = read(variables).token.file;
        assert_eq!(found, file.map(PathBuf::from), "{variables:?}");
    }
}

#[test]
fn what_is_shown_has_no_token_in_it() {
    let shown = read(&[
        ("HF_TOKEN", "hf_abcdefghijklmnop"),
        ("HOME", "/home/me"),
        ("TRANSFORMERS_OFFLINE", "1"),
        ("BLIPBOARD_ENDPOINTS_URL", "http://127.0.0.1:9/v2/"),
    ])
    .to_string();
    let expected = "\
        # HF_ENDPOINT = \"https://huggingface.co\"  # from default\n\
        # BLIPBOARD_ROUTER_URL = \"https://router.huggingface.co/v1\"  # from default\n\
        # BLIPBOARD_ENDPOINTS_URL = \"http://127.0.0.1:9/v2\"  # from BLIPBOARD_ENDPOINTS_URL\n\
        # TRANSFORMERS_OFFLINE: Hugging Face is not asked\n\
        # the token may be in HF_TOKEN\n\
        # the token may be in /home/me/.cache/huggingface/token\n";
    assert_eq!(shown, expected);
}
