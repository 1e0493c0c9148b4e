//! The text of migrations, for [`migrations-core`](https://docs.rs/migrations-core): places in it, its tokens and
//! statements, and how a place in it is shown. It is what the rules, which only a build needs, and the engine, which runs
//! in every service, have in common.
//!
//! ```
//! use migrations_text::{Excerpt, Text};
//!
//! let text = Text::new(b"SELECT 1;\nSELECT one;\n".to_vec()).unwrap();
//! let at = text.as_str().find("one").unwrap();
//! let position = text.position(at);
//! assert_eq!((position.line, position.column), (2, 8));
//! assert_eq!(Excerpt::new(&text, at..at + 3, "not a number").text, "SELECT one;");
//! ```

mod checksum;
#[doc(hidden)]
pub mod escapes;
mod excerpt;
mod level;
#[doc(hidden)]
pub mod packed;
#[doc(hidden)]
pub mod printable;
pub mod render;
mod routine;
#[doc(hidden)]
pub mod sources;
#[doc(hidden)]
pub mod statement;
mod step;
mod text;
#[doc(hidden)]
pub mod token;
mod transaction_control;

pub use checksum::of as checksum;
pub use excerpt::Excerpt;
pub use level::Level;
pub use printable::line as printable;
pub use routine::{Routine, routines};
pub use statement::statements;
pub use step::Step;
#[doc(hidden)]
pub use text::floor_char_boundary;
pub use text::{NotUtf8, Position, Text};
pub use transaction_control::first_in as transaction_control;
