SELECT E'\'; ', e'a\\', E'b''\'';
SELECT 'x\'; SELECT E'\\';