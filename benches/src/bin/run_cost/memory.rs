//! What a piece of work takes from the heap.

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Result;

/// The system's allocator, counted.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static TOTAL: AtomicUsize = AtomicUsize::new(0);
static NUMBER: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        taken(size);
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

fn taken(size: usize) {
    NUMBER.fetch_add(1, Ordering::Relaxed);
    TOTAL.fetch_add(size, Ordering::Relaxed);
    let live = LIVE.fetch_add(size, Ordering::Relaxed) + size;
    PEAK.fetch_max(live, Ordering::Relaxed);
}

/// What a piece of work has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory {
    /// The most that was in use at one moment, beyond what was there before, in bytes.
    pub(crate) peak: usize,
    /// All that was ever asked for, in bytes.
    pub(crate) total: usize,
    /// How often something was asked for.
    pub(crate) number: usize,
    /// How far the resident set has grown, in bytes: that of libraries in C is in it.
    pub(crate) resident: usize,
}

/// Does some work; counts what it takes from the heap.
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (T, Memory) {
    // Makes the largest resident set that of this moment.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let resident = largest_resident_set();
    let (live, total, number) =
        (LIVE.load(Ordering::Relaxed), TOTAL.load(Ordering::Relaxed), NUMBER.load(Ordering::Relaxed));
    PEAK.store(live, Ordering::Relaxed);
    let done = work();
    let memory = Memory {
        peak: PEAK.load(Ordering::Relaxed).saturating_sub(live),
        total: TOTAL.load(Ordering::Relaxed) - total,
        number: NUMBER.load(Ordering::Relaxed) - number,
        resident: largest_resident_set().saturating_sub(resident),
    };
    (done, memory)
}

fn largest_resident_set() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    kilobytes.unwrap_or_default() * 1024
}

impl Memory {
    /// Reads what was written.
    pub(crate) fn parse(line: &str) -> Result<Memory> {
        let numbers: Vec<usize> =
            line.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
        match numbers[..] {
            [peak, total, number, resident] => Ok(Memory { peak, total, number, resident }),
            _ => Err(format!("not four numbers: {line}").into()),
        }
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.peak, self.total, self.number, self.resident)
    }
}
