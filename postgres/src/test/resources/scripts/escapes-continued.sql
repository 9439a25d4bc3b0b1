SELECT E'a' -- c
  '\';b';
SELECT E'a' 'x\'; 
SELECT 'a'
'\';
SELECT 4;