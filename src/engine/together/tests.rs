use std::sync::mpsc;

use futures_util::future::join_all;
use tempfile::TempDir;

use super::*;

/// What a test has written: a number, and what happens meanwhile.
struct Entry {
    number: usize,
    steps: Steps,
    what: What,
}

enum What {
    Nothing,
    Breaks,
    /// Says that it has begun, and goes on once it may.
    Waits(mpsc::Sender<()>, mpsc::Receiver<()>),
}

/// The numbers that were written, a list a step.
type Steps = Arc<Mutex<Vec<Vec<usize>>>>;

fn write(_: &Store, entries: &[Entry]) -> Vec<Result<usize, StoreError>> {
    for entry in entries {
        match &entry.what {
            What::Nothing => {}
            What::Breaks => panic!("this entry breaks its worker"),
            What::Waits(begun, go_on) => {
                begun.send(()).unwrap();
                go_on.recv().unwrap();
            }
        }
    }
    let numbers = entries.iter().map(|entry| entry.number);
    let steps = &entries[0].steps;
    steps.lock().unwrap().push(numbers.clone().collect());
    numbers.map(|number| Ok(number * 10)).collect()
}

struct Bench {
    _home: TempDir,
    store: Arc<Store>,
    together: Arc<Together<Entry, usize>>,
    steps: Steps,
}

impl Bench {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(home.path()).unwrap().store);
        let clerks = Arc::new(Workers::new(2));
        Self {
            together: Together::new(&store, &clerks, write),
            store,
            _home: home,
            steps: Steps::default(),
        }
    }

    fn add(
        &self,
        number: usize,
        what: What,
    ) -> impl Future<Output = Result<usize, EngineError>> + use<> {
        let (together, steps) = (Arc::clone(&self.together), Arc::clone(&self.steps));
        async move {
            let entry = Entry {
                number,
                steps,
                what,
            };
            together.add(entry).await
        }
    }

    fn steps(&self) -> Vec<Vec<usize>> {
        self.steps.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn what_comes_at_once_is_written_in_one_step_and_told_to_each() {
    let bench = Bench::new();
    let all = join_all((1..=3).map(|number| bench.add(number, What::Nothing)));
    let told: Vec<_> = all.await.into_iter().map(Result::unwrap).collect();
    assert_eq!(told, [10, 20, 30]);
    assert_eq!(bench.steps(), [[1, 2, 3]]);
}

#[tokio::test]
async fn what_comes_while_a_step_is_written_goes_into_the_next() {
    let bench = Bench::new();
    let (begun, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let first = tokio::spawn(bench.add(1, What::Waits(begun, may_go_on)));
    tokio::task::spawn_blocking(move || has_begun.recv().unwrap())
        .await
        .unwrap();
    let mut later = Box::pin(join_all(
        [2, 3].map(|number| bench.add(number, What::Nothing)),
    ));
    assert!(futures_util::poll!(&mut later).is_pending());
    go_on.send(()).unwrap();
    assert_eq!(first.await.unwrap().unwrap(), 10);
    assert_eq!(later.await.len(), 2);
    assert_eq!(bench.steps(), [vec![1], vec![2, 3]]);
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_written_all_the_same() {
    let bench = Bench::new();
    let mut left = Box::pin(bench.add(1, What::Nothing));
    assert!(futures_util::poll!(&mut left).is_pending());
    drop(left);
    assert_eq!(bench.add(2, What::Nothing).await.unwrap(), 20);
    assert_eq!(bench.steps(), [[1, 2]]);
}

#[tokio::test]
async fn a_worker_that_breaks_is_told_and_the_next_entry_is_written() {
    let bench = Bench::new();
    let broken = bench.add(1, What::Breaks).await;
    assert!(matches!(broken, Err(EngineError::Worker)));
    assert_eq!(bench.add(2, What::Nothing).await.unwrap(), 20);
}

#[tokio::test]
async fn whoever_hears_of_its_entry_may_close_history() {
    let bench = Bench::new();
    bench.add(1, What::Nothing).await.unwrap();
    assert!(Arc::into_inner(bench.store).is_some(), "nobody else has it");
}
