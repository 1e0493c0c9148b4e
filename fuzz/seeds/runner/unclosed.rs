pub fn up(a: &mut A) -> Result<()> { "é

mod m { pub fn up() {} }
