package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.Path;
import java.util.Collection;
import java.util.List;

/**
 * Somebody with the roles that are active then.
 *
 * @param account who it is
 * @param identities each is looked at by itself, and all they have is had
 * @param active the roles it is in, without those these are in themselves
 * @param step what has to be executed first; empty for what a login begins with
 */
record RoleState(Account account, List<Identity> identities, List<Account> active, String step) {

  /** Millions of times a key. */
  @Override
  public int hashCode() {
    return 31 * account.number() + step.hashCode();
  }

  /** Whether one of them is the same way without the step that it begins with. */
  static boolean isDetour(Path path, Collection<Path> all) {
    return all.stream()
        .filter(one -> one.missing().isEmpty() && one.unknown().equals(path.unknown()))
        .map(Path::hops)
        .anyMatch(
            hops ->
                hops.size() < path.hops().size()
                    && path.hops()
                        .subList(path.hops().size() - hops.size(), path.hops().size())
                        .equals(hops));
  }

  /** Whose rows are looked at, and how. */
  record Identity(List<Account> accounts, Look look) {}

  /** By what rows are found, and which of them count. */
  enum Look {
    /** By where a login comes from, so that those of other hosts count as well: the narrowest. */
    BY_LOGIN,
    /** MySQL with roles, by names: all of a database by its own name, else patterns. */
    TOGETHER,
    /** MariaDB's role, by names: the narrowest. */
    NARROWEST,
    /** None; only what is had on the whole server counts. */
    EVERYWHERE_ALONE
  }
}
