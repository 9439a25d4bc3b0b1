# Sourced by run and jshell: builds what is older than its sources and sets GATEHOUSE_CLASSPATH and GATEHOUSE_OPTIONS. With
# engine=true the examples' own servers are built as well: the part of the test kit that starts them.
root=$(cd "$here/.." && pwd)
GATEHOUSE_OPTIONS=()
if [ "${engine:-false}" = true ]; then
  list="$here/target/classpath-engine.txt"
  goals=(-DskipTests '-Dtest.sources=**/engine/*.java')
  GATEHOUSE_OPTIONS=("-Dengines.directory=$root/postgres/target/engines:$root/mysql/target/engines")
else
  list="$here/target/classpath.txt"
  goals=(-Dmaven.test.skip=true)
fi
if [ ! -f "$list" ] || [ -n "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src -newer "$list" -type f -print -quit)" ]; then
  echo "building ..." >&2
  (cd "$root" && mvn -B -q -pl examples -am "${goals[@]}" package) >&2
  touch "$list"
fi
GATEHOUSE_CLASSPATH="$here/target/classes:$here/target/test-classes:$(cat "$list")"
