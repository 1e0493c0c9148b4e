//! The steps of a walk, drawn at random. Numbers are taken modulo what there is, so every walk can be taken, and shrunk.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::call::Interruption;
use crate::cut::Cut;
use crate::folder::Kind;
use crate::model::Action;

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Add {
        kind: Kind,
        number: u8,
        category: u8,
        needs: Vec<u8>,
        is_irreversible: bool,
        is_movable: bool,
    },
    Edit(u8),
    Rename(u8),
    Move {
        file: u8,
        number: u8,
        category: u8,
    },
    Remove(u8),
    /// An earlier content of the folder.
    Deploy(u8),
    Switch {
        file: u8,
        place: Where,
        action: Action,
    },
    Reset,
    Look {
        end: Option<u8>,
        allow_unknown: bool,
    },
    Run {
        end: Option<u8>,
        allow_unknown: bool,
        reconnects: bool,
    },
    InterruptedRun {
        end: Option<u8>,
        allow_unknown: bool,
        reconnects: bool,
        interruption: Interruption,
    },
    Twice {
        allow_unknown: bool,
    },
    Undo {
        what: What,
        dependents: bool,
    },
    InterruptedUndo {
        what: What,
        dependents: bool,
        interruption: Interruption,
    },
}

/// Where a migration looks at its switch.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Where {
    Body,
    Index,
    Undo,
    Verify,
}

/// What to take back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    All,
    Last(u8),
    To(u8),
    One(u8),
}

/// Some files, and what happens to them.
pub(crate) fn walk() -> impl Strategy<Value = Vec<Step>> {
    (vec(add(), 1..6), vec(step(), 1..16)).prop_map(|(files, steps)| [files, steps].concat())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => add(),
        4 => change(),
        3 => switch(),
        1 => Just(Step::Reset),
        1 => (end(), any::<bool>()).prop_map(|(end, allow_unknown)| Step::Look { end, allow_unknown }),
        4 => run(),
        3 => (run(), interruption()).prop_map(interrupted),
        1 => (run(), (0..8_u8).prop_map(Interruption::Overtaken)).prop_map(interrupted),
        1 => any::<bool>().prop_map(|allow_unknown| Step::Twice { allow_unknown }),
        3 => undo(),
        1 => (undo(), interruption()).prop_map(interrupted),
    ]
}

fn add() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        Just(Kind::Rows),
        Just(Kind::Table),
        Just(Kind::Column),
        Just(Kind::Drop),
        Just(Kind::Index),
    ];
    (kind, 1..40_u8, 0..2_u8, vec(0..16_u8, 0..3), prop::bool::weighted(0.1), any::<bool>()).prop_map(
        |(kind, number, category, needs, is_irreversible, is_movable)| Step::Add {
            kind,
            number,
            category,
            needs,
            is_irreversible,
            is_movable,
        },
    )
}

fn change() -> impl Strategy<Value = Step> {
    let file = 0..16_u8;
    prop_oneof![
        1 => file.clone().prop_map(Step::Edit),
        2 => file.clone().prop_map(Step::Rename),
        1 => (file.clone(), 1..40_u8, 0..2_u8)
            .prop_map(|(file, number, category)| Step::Move { file, number, category }),
        1 => file.prop_map(Step::Remove),
        2 => any::<u8>().prop_map(Step::Deploy),
    ]
}

fn switch() -> impl Strategy<Value = Step> {
    let place = prop_oneof![3 => Just(Where::Body), 2 => Just(Where::Index), 2 => Just(Where::Undo), 1 => Just(Where::Verify)];
    let action = prop_oneof![2 => Just(Action::Fail), 1 => Just(Action::Flake), 3 => Just(Action::Die)];
    (0..16_u8, place, action).prop_map(|(file, place, action)| Step::Switch { file, place, action })
}

fn end() -> impl Strategy<Value = Option<u8>> {
    option::weighted(0.3, 0..16_u8)
}

fn run() -> impl Strategy<Value = Step> {
    (end(), any::<bool>(), any::<bool>()).prop_map(|(end, allow_unknown, reconnects)| Step::Run {
        end,
        allow_unknown,
        reconnects,
    })
}

fn undo() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        1 => Just(What::All),
        2 => (0..6_u8).prop_map(What::Last),
        2 => (0..16_u8).prop_map(What::To),
        2 => (0..16_u8).prop_map(What::One),
    ];
    (what, any::<bool>()).prop_map(|(what, dependents)| Step::Undo { what, dependents })
}

fn interruption() -> impl Strategy<Value = Interruption> {
    prop_oneof![
        (0..20_u8).prop_map(|turn| Interruption::Cut(Cut::Before(turn))),
        (0..20_u8).prop_map(|turn| Interruption::Cut(Cut::After(turn))),
        (0..8_u8).prop_map(Interruption::AtEvent),
        (0..40_000_u16).prop_map(Interruption::After),
    ]
}

fn interrupted((step, interruption): (Step, Interruption)) -> Step {
    match step {
        Step::Run { end, allow_unknown, reconnects } => {
            Step::InterruptedRun { end, allow_unknown, reconnects, interruption }
        }
        Step::Undo { what, dependents } => Step::InterruptedUndo { what, dependents, interruption },
        step => step,
    }
}
