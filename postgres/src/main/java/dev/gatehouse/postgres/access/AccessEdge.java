package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Hop;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;

/**
 * That who does one thing does another with it, by what somebody has built.
 *
 * @param from number of the item that is used
 * @param uses mask of the rights on it of which one is enough
 * @param to number of the item that is reached
 * @param right what is done to it
 * @param as in whose name the engine does it
 * @param columns quoted names of those it is done with; empty for all
 * @param when whether every such use does it, so that who may not do it is denied the use
 * @param leftOut quoted name of the column that a use must leave to its default for this; empty
 *     where nothing depends on one
 */
record AccessEdge(
    int from,
    int uses,
    int to,
    Right right,
    Identity as,
    Hop hop,
    Optional<Set<String>> columns,
    When when,
    String leftOut) {

  /** How many of the uses come to it. */
  enum When {
    SOMETIMES,
    /** Each is asked for the right. */
    ASKED,
    /** Each does it. */
    DONE
  }

  /** By some uses. */
  AccessEdge(
      int from,
      int uses,
      int to,
      Right right,
      Identity as,
      Hop hop,
      Optional<Set<String>> columns) {
    this(from, uses, to, right, as, hop, columns, When.SOMETIMES, "");
  }

  /** With all columns, or what has none. */
  AccessEdge(int from, int uses, int to, Right right, Identity as, Hop hop) {
    this(from, uses, to, right, as, hop, Optional.empty());
  }

  AccessEdge on(When some, String column) {
    return new AccessEdge(from, uses, to, right, as, hop, columns, some, column);
  }

  boolean with(String column) {
    return columns.isEmpty() || columns.get().contains(column);
  }

  /**
   * In whose name the engine goes on: who is asked for the privileges on relations, which a view
   * changes, and who the current user is, which calls functions and fires triggers.
   *
   * @param checked a role by number, or one of the two below
   * @param running the same
   * @param asked whether {@code checked} must have the right
   * @param onlyFor the roles of which {@code checked} must have one; empty for everybody
   */
  record Identity(int checked, int running, boolean asked, BitSet onlyFor) {
    /** Whoever was checked until then. */
    static final int CHECKED = -2;

    /** Whoever is the current user then. */
    static final int RUNNING = -3;

    /** The current user, who must have the right. */
    static final Identity CALLER = new Identity(RUNNING, RUNNING, true, new BitSet());

    /** The current user, who is asked for nothing. */
    static final Identity UNASKED = new Identity(RUNNING, RUNNING, false, new BitSet());

    /** Nobody is asked, and nothing changes. */
    static final Identity SAME = new Identity(CHECKED, RUNNING, false, new BitSet());

    /** Relations as that owner, all else as before. */
    static Identity ownersRelations(int owner) {
      return new Identity(owner, RUNNING, true, new BitSet());
    }

    /** All as that owner. */
    static Identity owner(int owner) {
      return new Identity(owner, owner, true, new BitSet());
    }

    /** What was done as that owner before: nobody is asked now. */
    static Identity stored(int owner) {
      return new Identity(owner, owner, false, new BitSet());
    }

    /** Relations as whoever was checked, if that is one of these roles. */
    static Identity policy(BitSet roles) {
      return new Identity(CHECKED, RUNNING, true, roles);
    }

    /** The current user, when whoever was checked is one of these roles. */
    Identity onlyFor(BitSet roles) {
      return new Identity(checked, running, asked, roles);
    }
  }

  /**
   * Code of which the catalogue does not tell what it does.
   *
   * @param from number of the item by which it is run
   * @param uses mask of the rights on it of which one is enough
   * @param as in whose name it runs: a role, or {@link Identity#RUNNING}
   * @param hop how it is run; empty when whatever led to it has told that
   */
  record OpaqueCode(int from, int uses, int as, Optional<Hop> hop) {}
}
