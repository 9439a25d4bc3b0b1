SELECT E'a' -- c
  '\';b';
SELECT 'a'
'\';
SELECT 4;