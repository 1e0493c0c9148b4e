SELECT 1;-- @verifySELECT E'a'
'b\'c'; SELECT $1$$;$$;
;;﻿SELECT U&"d!0061" UESCAPE '!';