\restrict kQ9aZ
SELECT 1;
