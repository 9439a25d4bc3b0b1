package dev.gatehouse.postgres.access;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a stored expression or query does, as the engine keeps it (pg_node_tree): the privileges it
 * will ask for on relations, the functions it calls, the types it makes. All of it by oid, pinned
 * objects too, which pg_depend does not know. Names stand in there escaped: a blank within a name
 * has a backslash before it, so none of them reads as a field.
 *
 * @param relations mask of rights by the oid of the relation
 * @param functions oids, those behind operators and aggregates too
 * @param types oids of what values are made into
 * @param named oids of relations that a constant names, as nextval() is given its sequence
 * @param columns numbers by relation and right; 0 for the whole row
 * @param straight whether whoever evaluates it calls all those functions once at least: nothing in
 *     it is passed over, and no query in it has rows to go by
 * @param reading whether it is asked for all those relations: none stands in what may be left out
 */
record NodeTree(
    Map<Long, Integer> relations,
    Set<Long> functions,
    Set<Long> types,
    Set<Long> named,
    Map<Long, Map<Right, BitSet>> columns,
    boolean straight,
    boolean reading) {

  private static final Pattern FIELD =
      Pattern.compile(
          ":(relid|requiredPerms|funcid|opfuncid|aggfnoid|winfnoid|resulttype|consttype) (\\d+)"
              + "|:constvalue 4 \\[ ([-\\d ]+) \\]"
              + "|:(selected|inserted|updated)Cols \\(b([ \\d]*)\\)");

  /** The first three are written without EXPR before 16. */
  private static final String CONDITIONS =
      "\\{((CASE|COALESCE|ROWCOMPARE)(EXPR)?|BOOLEXPR :boolop (and|or)|ARRAYCOERCEEXPR|JSONEXPR) ";

  private static final Pattern CONDITION = Pattern.compile(CONDITIONS);

  private static final Pattern PASSED_OVER =
      Pattern.compile(
          CONDITIONS
              + "|\\{SUBLINK |:fromlist [^<]|:quals [^<]|:(limitCount|havingQual|cteList) [^<]");

  private static final long REGCLASS = 2205;

  /** What the engine adds to the number of a column before it keeps it in a set. */
  private static final int LOWEST = 7;

  /** The engine's bits of privileges, lowest first. */
  private static final Right[] BITS = {Right.INSERT, Right.SELECT, Right.UPDATE, Right.DELETE};

  /** Of nothing when there is no text. */
  static NodeTree of(@Nullable String text) {
    NodeTree tree =
        new NodeTree(
            new LinkedHashMap<>(),
            new LinkedHashSet<>(),
            new HashSet<>(),
            new LinkedHashSet<>(),
            new HashMap<>(),
            text == null || !PASSED_OVER.matcher(text).find(),
            text == null || !text.contains("{SUBLINK ") || !CONDITION.matcher(text).find());
    if (text != null) {
      tree.read(text);
    }
    return tree;
  }

  /** Of an expression that makes a value of that type. */
  static NodeTree making(long type) {
    NodeTree tree = of(null);
    tree.types().add(type);
    return tree;
  }

  private void read(String text) {
    Matcher field = FIELD.matcher(text);
    long relation = 0;
    long asked = 0;
    boolean regclass = false;
    while (field.find()) {
      if (field.group(4) != null) {
        columns(asked, field.group(4), field.group(5));
        continue;
      }
      if (field.group(1) == null) {
        if (regclass) {
          named.add(oid(field.group(3)));
        }
        continue;
      }
      long value = Long.parseLong(field.group(2));
      switch (field.group(1)) {
        case "relid" -> relation = value;
        case "requiredPerms" -> {
          if (relation != 0 && value != 0) {
            relations.merge(relation, rights(value), (a, b) -> a | b);
          }
          asked = value == 0 ? 0 : relation;
          relation = 0;
        }
        case "resulttype" -> types.add(value);
        case "consttype" -> regclass = value == REGCLASS;
        default -> functions.add(value);
      }
    }
  }

  /** An UPDATE that writes no column only locks rows. */
  private void columns(long relation, String what, String numbers) {
    Right right =
        switch (what) {
          case "inserted" -> Right.INSERT;
          case "updated" -> Right.UPDATE;
          default -> Right.SELECT;
        };
    if (relation != 0) {
      BitSet these =
          columns
              .computeIfAbsent(relation, key -> new EnumMap<>(Right.class))
              .computeIfAbsent(right, key -> new BitSet());
      for (String number : numbers.isBlank() ? new String[0] : numbers.strip().split(" ", -1)) {
        these.set(Math.max(0, Integer.parseInt(number) - LOWEST));
      }
    }
  }

  /** What is done to a relation; rows that are only locked are not changed. */
  int done(long relation) {
    int mask = relations.getOrDefault(relation, 0);
    boolean writes = !columns(relation, Right.UPDATE).map(BitSet::isEmpty).orElse(false);
    return writes ? mask : mask & ~Right.UPDATE.bit;
  }

  /** The numbers of the columns with which that is done; empty when it is the whole. */
  Optional<BitSet> columns(long relation, Right right) {
    return Optional.ofNullable(columns.getOrDefault(relation, Map.of()).get(right))
        .filter(numbers -> !numbers.get(0));
  }

  private static int rights(long bits) {
    int mask = 0;
    for (int i = 0; i < BITS.length; i++) {
      mask |= (bits & (1L << i)) != 0 ? BITS[i].bit : 0;
    }
    return mask;
  }

  /** Of its bytes, lowest first, as the engine's machine has them. */
  private static long oid(String bytes) {
    String[] each = bytes.split(" ", -1);
    long oid = 0;
    for (int i = Math.min(each.length, 4) - 1; i >= 0; i--) {
      oid = oid << 8 | (Integer.parseInt(each[i]) & 0xFF);
    }
    return oid;
  }
}
