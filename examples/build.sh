# Sourced by run and jshell: builds the modules unless they are newer than their sources, and sets GATEHOUSE_CLASSPATH.
root=$(cd "$here/.." && pwd)
classpath="$here/target/classpath.txt"
if [ ! -f "$classpath" ] || [ -n "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main -newer "$classpath" -type f -print -quit)" ]; then
  echo "building ..." >&2
  (cd "$root" && mvn -B -q -pl examples -am -Dmaven.test.skip=true package) >&2
  touch "$classpath"
fi
GATEHOUSE_CLASSPATH="$here/target/classes:$(cat "$classpath")"
