CREATE TABLE IF NOT EXISTS a (id int,, b text DEFALUT 'x' CHECK (b <> '') /* é
