//! Work on all cores, in the order of what is worked on.

use std::panic;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What a thread may use of its stack.
const STACK: usize = 1024 * 1024;

/// What `work` makes of each item, in the order of the items. Where there are fewer than `share` of them for every core,
/// fewer cores work, and of one share no thread is started.
pub(crate) fn each<T: Send, R: Send>(items: Vec<T>, share: usize, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if items.len() <= share {
        return items.into_iter().map(work).collect();
    }
    each_on_stack(items, share, STACK, work)
}

/// The same on threads whose stack has so many bytes, even if there is one item only.
pub(crate) fn each_on_stack<T: Send, R: Send>(
    items: Vec<T>,
    share: usize,
    stack: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let workers = items.len().div_ceil(share.max(1)).min(cores);
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let of_one_worker = &|| {
        let mut done = Vec::new();
        while let Some((place, item)) = next() {
            done.push((place, work(item)));
        }
        done
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let start = |_| thread::Builder::new().stack_size(stack).spawn_scoped(scope, of_one_worker);
        // A system that gives no more threads gets the work done by fewer, or by this one.
        let running: Vec<_> = (0..workers).map_while(|number| start(number).ok()).collect();
        let own = if running.is_empty() { of_one_worker() } else { Vec::new() };
        running.into_iter().flat_map(joined).chain(own).collect()
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

fn joined<T>(worker: thread::ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread::ThreadId;
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items_however_long_each_took() {
        let slow_at_first = |item: u64| {
            thread::sleep(Duration::from_micros(if item < 3 { 3_000 } else { 10 }));
            item * 2
        };
        let expected: Vec<u64> = (0..200).map(|item| item * 2).collect();
        assert_eq!(each((0..200).collect(), 1, slow_at_first), expected);
        assert_eq!(each(Vec::<u64>::new(), 1, slow_at_first), []);
        assert_eq!(each_on_stack(Vec::<u64>::new(), 1, STACK, slow_at_first), []);
    }

    fn threads(items: usize, share: usize) -> HashSet<ThreadId> {
        let work = |_| {
            thread::sleep(Duration::from_millis(1));
            thread::current().id()
        };
        each(vec![(); items], share, work).into_iter().collect()
    }

    #[test]
    fn few_items_start_no_thread_and_many_use_every_core() {
        assert_eq!(threads(8, 8), [thread::current().id()].into());
        let cores = thread::available_parallelism().map_or(1, usize::from);
        assert_eq!(threads(100 * cores, 8).len(), cores);
    }
}
