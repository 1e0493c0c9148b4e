//! The execution order, which is the order of the variants.

migrations_core::embed_migrations!(enum Order in "sets/order");

#[test]
fn the_categories_stand_in_the_order_of_the_configuration() {
    assert_eq!(OrderCategory::ALL, [OrderCategory::Schema, OrderCategory::Data]);
    let names: Vec<&str> = OrderCategory::ALL.iter().map(|category| category.name()).collect();
    assert_eq!(names, ["schema", "data"]);
}

#[test]
fn dependencies_go_first_then_numbers_then_categories_then_names() {
    assert_eq!(
        Order::ALL,
        [
            // Number 1 has to wait for number 3; of the two with number 2, the first category's goes first.
            Order::CreateUsers,
            Order::FillUsers,
            Order::CreateOrders,
            Order::NeedsOrders,
            // 9 is less than 010.
            Order::CreateBaskets,
            Order::CreateTotals,
            // Without a number: last, by category, then by name.
            Order::UnnumberedA,
            Order::UnnumberedB,
            Order::AnUnnumbered,
        ]
    );
}

#[test]
fn variants_compare_as_they_run() {
    assert!(Order::CreateOrders < Order::NeedsOrders);
    assert!(Order::ALL.is_sorted());
    assert_eq!(Order::NeedsOrders.dependencies(), [Order::CreateOrders]);
}
