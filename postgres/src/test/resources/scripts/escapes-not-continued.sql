SELECT E'a' 'x\'; SELECT E'a' /*
*/ 'x\';
SELECT 4;