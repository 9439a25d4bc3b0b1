package dev.gatehouse.postgres.access;

import java.util.BitSet;

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
