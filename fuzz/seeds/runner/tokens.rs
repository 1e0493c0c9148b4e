#![allow(x)]
macro_rules! m { ($a:expr) => { r#"é"# b'\x00' 'a 1.5e3_f32 c"x" r#type }; }
m!(/* /* */ */ 1); ;
