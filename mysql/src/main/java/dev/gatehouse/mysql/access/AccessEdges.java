package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.mysql.access.AccessEdge.Absent;
import dev.gatehouse.mysql.access.AccessEdge.Blind;
import dev.gatehouse.mysql.access.Program.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Where the use of views, routines, tables with triggers and of parents leads. */
final class AccessEdges {
  private final Snapshot snapshot;
  private final Map<Name, List<Item>> byName = new HashMap<>();
  private final Map<Integer, List<AccessEdge>> edges = new HashMap<>();
  private final Map<Integer, List<Blind>> blind = new HashMap<>();
  private final Map<Integer, List<Absent>> absent = new HashMap<>();

  AccessEdges(Snapshot snapshot) {
    this.snapshot = snapshot;
    for (Item item : snapshot.items()) {
      if (item.kind() != Kind.DATABASE) {
        byName
            .computeIfAbsent(Name.of(item.database(), item.name()), key -> new ArrayList<>())
            .add(item);
      }
    }
    for (Item item : snapshot.items()) {
      item.program().ifPresent(program -> program(item, program));
      if (item.form().startsWith(Item.ELSEWHERE)) {
        elsewhere(item);
      }
    }
    snapshot.triggers().values().forEach(all -> all.forEach(this::trigger));
    snapshot.keys().values().forEach(all -> all.forEach(this::key));
  }

  List<AccessEdge> of(int item) {
    return edges.getOrDefault(item, List.of());
  }

  List<Blind> blind(int item) {
    return blind.getOrDefault(item, List.of());
  }

  List<Absent> absent(int item) {
    return absent.getOrDefault(item, List.of());
  }

  /** Numbers of the items whose use leads anywhere. */
  Set<Integer> used() {
    Set<Integer> used = new TreeSet<>(edges.keySet());
    used.addAll(blind.keySet());
    used.addAll(absent.keySet());
    return used;
  }

  private void program(Item item, Program program) {
    Optional<Account> as = program.definers() ? snapshot.definer(program) : Optional.empty();
    if (program.definers() && as.isEmpty()) {
      return; // error 1449: nobody can use it until that account is there
    }
    String who = as.map(account -> " as " + account.name()).orElse(" as whoever uses it");
    if (item.kind() == Kind.TABLE) {
      view(item, program, as, who);
    } else {
      Hop hop = Hop.of(Hop.Kind.ROUTINE, item.words() + " runs" + who);
      body(item, Right.EXECUTE, program, as, hop.withThrough(item.shown()));
      if (!program.definers() && snapshot.grants().settings().altersForeign()) {
        altered(item, program);
      }
    }
  }

  /**
   * Whose body it is stays the same, and anybody with that right can have it run as its definer.
   */
  private void altered(Item item, Program program) {
    snapshot
        .definer(program)
        .ifPresent(
            definer ->
                body(
                    item,
                    Right.ALTER_ROUTINE,
                    program,
                    Optional.of(definer),
                    Hop.of(Hop.Kind.ROUTINE, item.words() + " then runs as " + definer.name())
                        .withThrough(item.shown())
                        .withStep("ALTER " + item.inSql() + " SQL SECURITY DEFINER")));
  }

  private void view(Item item, Program program, Optional<Account> as, String who) {
    for (Item read : named(program)) {
      boolean routine = read.kind() == Kind.ROUTINE;
      for (Right right : routine ? List.of(Right.EXECUTE) : Right.in(Right.READS | Right.WRITES)) {
        Hop hop =
            Hop.of(
                    Hop.Kind.VIEW,
                    item.words() + (routine ? " calls " : " leads to ") + read.shown() + who)
                .withThrough(item.shown());
        Right use = routine ? Right.SELECT : right;
        add(
            new AccessEdge(
                item.number(),
                use,
                read.number(),
                right,
                as,
                true,
                true,
                Optional.of(program.words()),
                hop));
      }
    }
    Hop moved =
        Hop.of(Hop.Kind.VIEW, item.words() + " leads to what is moved there" + who)
            .withThrough(item.shown());
    for (Right right : Right.in(Right.READS | Right.WRITES)) {
      // its text is printed by the server, and all tables in it say their database
      absent(item, right, as, program.qualified(), right.bit(), moved);
    }
    if (program.anything()) {
      Hop hop = Hop.of(Hop.Kind.VIEW, item.words() + " is read" + who).withThrough(item.shown());
      add(new Blind(item.number(), Right.SELECT, as, hop));
    }
  }

  /** What stands in a body is not parsed: what it names, it may use in every way. */
  private void body(Item item, Right use, Program program, Optional<Account> as, Hop hop) {
    if (program.anything()) {
      add(new Blind(item.number(), use, as, hop));
      return;
    }
    long done = program.couldUse(Right.of(Kind.TABLE));
    absent(item, use, as, program.names(), done, hop);
    for (Item named : named(program)) {
      long rights =
          named.kind() == Kind.ROUTINE
              ? Right.EXECUTE.bit()
              : program.couldUse(Right.of(named.kind()));
      for (Right right : Right.in(rights)) {
        add(
            new AccessEdge(
                item.number(), use, named.number(), right, as, true, false, Optional.empty(), hop));
      }
    }
  }

  private void trigger(Trigger trigger) {
    Optional<Account> as = snapshot.definer(trigger.program());
    if (as.isEmpty()) {
      return;
    }
    Item table = snapshot.items().get(trigger.table());
    String shown = table.shown();
    Hop hop =
        Hop.of(
                Hop.Kind.TRIGGER,
                trigger.event().words()
                    + " fires trigger "
                    + trigger.name()
                    + " on "
                    + shown
                    + ", which runs as "
                    + as.get().name())
            .withThrough(shown.substring(0, shown.indexOf('.') + 1) + trigger.name());
    body(table, trigger.event(), trigger.program(), as, hop);
  }

  private void key(ForeignKey key) {
    Item child = snapshot.items().get(key.child());
    Item parent = snapshot.items().get(key.parent());
    Hop hop =
        Hop.of(
                Hop.Kind.FOREIGN_KEY,
                key.use().words()
                    + " on "
                    + parent.shown()
                    + " is "
                    + key.done().words()
                    + " on "
                    + child.shown()
                    + " by foreign key "
                    + key.name())
            .withThrough(key.name());
    add(
        new AccessEdge(
            key.parent(),
            key.use(),
            key.child(),
            key.done(),
            Optional.empty(),
            false,
            true,
            Optional.empty(),
            hop));
  }

  private void elsewhere(Item item) {
    Hop hop =
        Hop.of(Hop.Kind.VIEW, item.words() + " keeps no rows itself").withThrough(item.shown());
    for (Account account : snapshot.grants().accounts()) {
      if ((account.everywhere("mysql") & Right.READS) != 0) {
        for (Right right : Right.in(Right.READS | Right.WRITES)) {
          add(new Blind(item.number(), right, Optional.of(account), hop));
        }
      }
    }
  }

  private List<Item> named(Program program) {
    List<Item> named = new ArrayList<>();
    program.names().forEach(name -> named.addAll(byName.getOrDefault(name, List.of())));
    return named;
  }

  private void absent(
      Item item, Right use, Optional<Account> as, Set<Name> names, long done, Hop hop) {
    Set<Name> none = new HashSet<>(names);
    none.removeIf(
        name ->
            byName.getOrDefault(name, List.of()).stream()
                .anyMatch(one -> one.kind() == Kind.TABLE));
    if (!none.isEmpty()) {
      absent
          .computeIfAbsent(item.number(), key -> new ArrayList<>())
          .add(new Absent(item.number(), use, as, none, done, hop));
    }
  }

  private void add(AccessEdge edge) {
    edges.computeIfAbsent(edge.from(), key -> new ArrayList<>()).add(edge);
  }

  private void add(Blind code) {
    blind.computeIfAbsent(code.from(), key -> new ArrayList<>()).add(code);
  }
}
