package dev.gatehouse.postgres.probe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Something built over the table of random policies, and what it lets through, computed without it.
 *
 * @param bound whether policies apply to its owner
 * @param invoker whether it is a view that is looked at as who asks
 * @param checks whether it is a view with CHECK OPTION
 * @param granted on it, if it is a view
 */
record RandomDoor(
    int number,
    Kind kind,
    boolean bound,
    boolean barrier,
    boolean invoker,
    boolean checks,
    Set<String> granted,
    String where) {

  enum Kind {
    VIEW(""),
    TOTALS(""),
    SQL("LANGUAGE sql SECURITY DEFINER AS $$ SELECT id FROM app.doc WHERE %s $$"),
    ATOMIC("LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT d.id FROM app.doc d WHERE %s; END"),
    PLPGSQL(
        "LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN QUERY SELECT id FROM app.doc WHERE %s;"
            + " END $$"),
    DELETES("LANGUAGE sql SECURITY DEFINER AS $$ DELETE FROM app.doc WHERE %s $$"),
    UPDATES(
        "LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN UPDATE app.doc SET note = 'x' WHERE %s; END"
            + " $$");

    private final String body;

    Kind(String body) {
      this.body = body;
    }

    boolean isView() {
      return body.isEmpty();
    }
  }

  /**
   * Whose rows pass.
   *
   * @param of the table's rows, or all that there might be
   * @param checked of rows that come about; of those that are there otherwise
   * @param stays of rows that are there, and stay as they are
   * @param bound whether policies are asked
   */
  record Asked(
      String of, String command, boolean checked, boolean stays, boolean bound, String where) {}

  static RandomDoor of(Random random, int number, String where, int major) {
    Set<String> granted = new HashSet<>();
    Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
    for (String privilege : List.of("SELECT", "INSERT", "UPDATE", "DELETE")) {
      int of = privilege.equals("SELECT") ? 9 : 4;
      if (random.nextInt(10) < of && (kind == Kind.VIEW || privilege.equals("SELECT"))) {
        granted.add(privilege);
      }
    }
    boolean invoker = random.nextInt(5) == 0 && major >= 15;
    return new RandomDoor(
        number,
        kind,
        random.nextBoolean(),
        random.nextInt(4) == 0,
        invoker && kind.isView(),
        random.nextBoolean() && kind == Kind.VIEW,
        granted,
        where);
  }

  List<String> made(String role, String owner) {
    List<String> made = new ArrayList<>();
    if (kind.isView()) {
      List<String> options = new ArrayList<>();
      if (barrier) {
        options.add("security_barrier");
      }
      if (invoker) {
        options.add("security_invoker");
      }
      made.add(
          "CREATE VIEW app.v%d%s AS SELECT %s FROM app.doc WHERE %s%s"
              .formatted(
                  number,
                  options.isEmpty() ? "" : " WITH (" + String.join(", ", options) + ")",
                  kind == Kind.TOTALS
                      ? "count(*)"
                      : "id AS n, tenant AS t, author, flag, state, cents, day, tags",
                  where,
                  checks ? " WITH CHECK OPTION" : ""));
      if (!granted.isEmpty()) {
        made.add("GRANT %s ON app.v%d TO %s".formatted(String.join(", ", granted), number, role));
      }
      if (bound) {
        made.add("ALTER VIEW app.v%d OWNER TO %s".formatted(number, owner));
      }
    } else {
      made.add(
          "CREATE FUNCTION app.f%d() RETURNS %s %s"
              .formatted(number, writes() ? "void" : "SETOF int", kind.body.formatted(where)));
      if (bound) {
        made.add("ALTER FUNCTION app.f%d() OWNER TO %s".formatted(number, owner));
      }
    }
    return made;
  }

  private boolean writes() {
    return kind == Kind.DELETES || kind == Kind.UPDATES;
  }

  /** Codes of what must be found. */
  Set<String> ways(Set<String> ofTable, Set<String> own, Function<Asked, Set<String>> whose) {
    Set<String> ways = new TreeSet<>();
    if (kind.isView()) {
      if (may("SELECT", ofTable) && !own.containsAll(whose.apply(asked("SELECT")))) {
        ways.add("rowsecurity.view");
      }
      if (kind == Kind.VIEW) {
        changed(ofTable, own, whose, ways);
      }
    } else if (writes()) {
      String command = kind == Kind.DELETES ? "DELETE" : "UPDATE";
      if (!own.containsAll(whose.apply(asked(command)))) {
        ways.add("rowsecurity.effect");
      }
    } else if (!own.containsAll(whose.apply(asked("SELECT")))) {
      ways.add("rowsecurity.definer");
    }
    return ways;
  }

  private void changed(
      Set<String> ofTable, Set<String> own, Function<Asked, Set<String>> whose, Set<String> ways) {
    if (may("DELETE", ofTable) && !own.containsAll(whose.apply(asked("DELETE")))) {
      ways.add("rowsecurity.delete");
    }
    Set<String> updated = whose.apply(asked("UPDATE"));
    Set<String> became = whose.apply(checked("UPDATE"));
    boolean crosses = !own.containsAll(updated) || !own.containsAll(became);
    if (may("UPDATE", ofTable) && !updated.isEmpty() && !became.isEmpty() && crosses) {
      ways.add("rowsecurity.update");
    }
    if (granted.containsAll(Set.of("SELECT", "INSERT", "UPDATE"))
        && (!invoker || ofTable.containsAll(Set.of("SELECT", "INSERT", "UPDATE")))) {
      // ON CONFLICT DO UPDATE does not ask whether the view shows the row that is in its way.
      Set<String> overwritten = whose.apply(asked("UPDATE+SELECT", "true"));
      boolean proposed = !whose.apply(both()).isEmpty();
      if (!overwritten.isEmpty() && proposed && !own.containsAll(overwritten)) {
        ways.add("rowsecurity.update");
      }
    }
    if (may("INSERT", ofTable) && !own.containsAll(whose.apply(checked("INSERT")))) {
      ways.add("rowsecurity.insert");
    }
  }

  private boolean may(String privilege, Set<String> ofTable) {
    return granted.contains(privilege) && (!invoker || ofTable.contains(privilege));
  }

  /** What is looked at as the role is asked of rows that are there; of others the table is. */
  private Asked asked(String command) {
    return asked(command, where);
  }

  private Asked asked(String command, String condition) {
    return new Asked(
        invoker ? "doc" : "domain", command, false, writes(), bound || invoker, condition);
  }

  /** Rows that may be inserted, and come about by an update. */
  private Asked both() {
    return new Asked(
        "domain", "UPDATE+INSERT", true, false, bound || invoker, checks ? where : "true");
  }

  private Asked checked(String command) {
    return new Asked("domain", command, true, false, bound || invoker, checks ? where : "true");
  }
}
