package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.postgres.access.AccessEdge.Identity;
import dev.gatehouse.postgres.access.AccessEdge.OpaqueCode;
import dev.gatehouse.postgres.access.AccessEdge.When;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What people have built on top of relations and routines, as its readers find it, and what they
 * all look things up in.
 */
final class BuiltCode {
  /** Functions of the product that execute a query they are given as text. */
  private static final String EXECUTING =
      "('query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema', 'cursor_to_xml',"
          + " 'cursor_to_xmlschema', 'table_to_xml', 'table_to_xmlschema',"
          + " 'table_to_xml_and_xmlschema', 'schema_to_xml', 'schema_to_xmlschema',"
          + " 'schema_to_xml_and_xmlschema', 'database_to_xml', 'database_to_xmlschema',"
          + " 'database_to_xml_and_xmlschema', 'ts_stat', 'ts_rewrite')";

  final CatalogueReader reader;
  final List<AccessEdge> ways = new ArrayList<>();
  final List<OpaqueCode> opaque = new ArrayList<>();
  final List<String> unread = new ArrayList<>();
  final Map<Integer, RowPolicies> policies = new HashMap<>();

  /** Routines that run as their owner and look names up as they are called. */
  final BitSet unpinned = new BitSet();

  /** Of views: mask of the changes that they take, by rules and triggers, too. */
  final Map<Integer, Integer> changes = new HashMap<>();

  /** Views with defaults of their own, which take the place of those of their tables. */
  final BitSet supplying = new BitSet();

  /** Of the bodies of routines, by their numbers. */
  final Map<Integer, String> digests = new HashMap<>();

  /** Routines that are not called with a value that is null. */
  final BitSet strict = new BitSet();

  private final SecurableReader items;
  private final Map<String, Securable> tables = new HashMap<>();
  private final Map<Integer, Integer> definers = new HashMap<>();
  private final Map<Long, NodeTree> domains = new HashMap<>();
  private final Set<Long> nextval = new HashSet<>();
  private final Set<Long> setval = new HashSet<>();
  private final Set<Long> executing = new HashSet<>();

  BuiltCode(CatalogueReader reader, SecurableReader items) {
    this.reader = reader;
    this.items = items;
    CatalogueReader.each(
        reader
            .sql
            .select(number("oid"), text("proname"))
            .from("pg_proc")
            .where("pronamespace = 'pg_catalog'::regnamespace")
            .and("proname in ('nextval', 'setval') or proname in " + EXECUTING),
        row ->
            (switch (row.value2()) {
                  case "nextval" -> nextval;
                  case "setval" -> setval;
                  default -> executing;
                })
                .add(row.value1()));
  }

  OptionalInt relation(long oid) {
    return items.find(Grants.RELATION, oid);
  }

  /** By its name as SQL wants it. */
  Optional<Securable> table(String name) {
    if (tables.isEmpty()) {
      items.all().stream()
          .filter(item -> item.kind() == Kind.TABLE)
          .forEach(item -> tables.put(item.name(), item));
    }
    return Optional.ofNullable(tables.get(name));
  }

  OptionalInt routine(long oid) {
    return items.find(Grants.ROUTINE, oid);
  }

  OptionalInt schema(long oid) {
    return items.find(Grants.SCHEMA, oid);
  }

  OptionalInt database(long oid) {
    return items.find(Grants.DATABASE, oid);
  }

  /** One that was found. */
  Securable item(OptionalInt number) {
    return items.all().get(number.getAsInt());
  }

  String owner(Securable item) {
    return items.roleName(item.owner());
  }

  /** With which columns of the relation the tree does that; empty for all. */
  Optional<Set<String>> columns(NodeTree tree, long relation, Right right) {
    return items.columns(relation, tree.columns(relation, right));
  }

  /** By their oids; empty for everybody. */
  BitSet roles(String[] oids) {
    BitSet roles = new BitSet();
    for (String oid : oids) {
      roles.set(items.role(Long.parseLong(oid)));
    }
    return roles.get(0) ? new BitSet() : roles;
  }

  void definer(Securable routine) {
    definers.put(routine.number(), routine.owner());
  }

  /** What making a value of that type calls. */
  void domain(long type, NodeTree checks) {
    domains.merge(
        type,
        checks,
        (known, more) -> {
          known.functions().addAll(more.functions());
          known.types().addAll(more.types());
          return known;
        });
  }

  /** Its name, and whose name it runs in. */
  String words(Securable routine) {
    Integer owner = definers.get(routine.number());
    return owner == null
        ? routine.name()
        : routine.name() + " as its owner " + items.roleName(owner);
  }

  /** What is found by that is done by every such use, but for calls that it may pass over. */
  void always(NodeTree tree, Runnable finding) {
    always(straight(tree), tree.reading(), "", finding);
  }

  /**
   * What is found by that is done by every such use, or asked for at least.
   *
   * @param calls whether functions are called
   * @param reads whether relations are
   * @param leftOut of a column the quoted name, when a value for it takes the place of this
   */
  void always(boolean calls, boolean reads, String leftOut, Runnable finding) {
    int before = ways.size();
    finding.run();
    ways.subList(before, ways.size())
        .replaceAll(
            way -> {
              boolean relation = items.all().get(way.to()).kind() == Kind.TABLE;
              boolean done = relation ? reads : calls && !strict.get(way.to());
              return way.on(done ? When.DONE : When.ASKED, leftOut);
            });
  }

  /** One function, called by what somebody does with an item. */
  void call(Securable from, int uses, Securable routine, Identity as, Hop.Kind kind, String what) {
    run(from, uses, routine, Right.EXECUTE, as, kind, what);
  }

  /** A trigger's function, which is asked for no privilege and cannot be called. */
  void fire(Securable from, int uses, Securable routine, String what) {
    run(from, uses, routine, Right.TRIGGER, Identity.UNASKED, Hop.Kind.TRIGGER, what);
  }

  private void run(
      Securable from,
      int uses,
      Securable routine,
      Right right,
      Identity as,
      Hop.Kind kind,
      String what) {
    if (uses == 0) {
      return;
    }
    ways.add(
        new AccessEdge(
            from.number(),
            uses,
            routine.number(),
            right,
            as,
            Hop.of(kind, what + " runs " + words(routine)).withThrough(from.name())));
  }

  /** All that an expression calls, when somebody does one of those things with the item. */
  void calls(Securable from, int uses, NodeTree tree, Identity as, Hop.Kind kind, String what) {
    if (uses == 0) {
      return;
    }
    for (long oid : functions(tree)) {
      routine(oid).ifPresent(found -> call(from, uses, items.all().get(found), as, kind, what));
    }
    sequences(from, uses, tree, as, kind, what);
    if (calls(executing, tree)) {
      opaque.add(
          new OpaqueCode(
              from.number(),
              uses,
              as.running(),
              Optional.of(
                  Hop.of(kind, what + " executes a query that stands in a text")
                      .withThrough(from.name()))));
    }
  }

  private void sequences(
      Securable from, int uses, NodeTree tree, Identity as, Hop.Kind kind, String what) {
    for (long oid : tree.named()) {
      OptionalInt sequence = relation(oid);
      for (Right right :
          Right.of(
              (calls(nextval, tree) ? Right.USAGE.bit : 0)
                  | (calls(setval, tree) ? Right.UPDATE.bit : 0))) {
        if (sequence.isPresent()) {
          Securable to = item(sequence);
          Hop hop = Hop.of(kind, what + " does " + right + " on " + to.words());
          ways.add(
              new AccessEdge(
                  from.number(), uses, to.number(), right, as, hop.withThrough(from.name())));
        }
      }
    }
  }

  private static boolean calls(Set<Long> any, NodeTree tree) {
    return tree.functions().stream().anyMatch(any::contains);
  }

  private Collection<Long> functions(NodeTree tree) {
    Set<Long> functions = new LinkedHashSet<>();
    withDomains(tree).forEach(each -> functions.addAll(each.functions()));
    return functions;
  }

  private boolean straight(NodeTree tree) {
    return withDomains(tree).stream().allMatch(NodeTree::straight);
  }

  /** With the checks of the domains that it makes values of, and of theirs. */
  private List<NodeTree> withDomains(NodeTree tree) {
    List<NodeTree> all = new ArrayList<>(List.of(tree));
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < all.size(); i++) {
      for (long type : all.get(i).types()) {
        NodeTree checks = domains.get(type);
        if (checks != null && seen.add(type)) {
          all.add(checks);
        }
      }
    }
    return all;
  }
}
