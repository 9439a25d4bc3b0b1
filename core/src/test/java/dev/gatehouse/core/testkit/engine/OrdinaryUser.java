package dev.gatehouse.core.testkit.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a program that refuses root is run by root: in a user namespace where the system allows one,
 * else as nobody.
 *
 * @param prefix goes before the command; empty when the user is an ordinary one already
 * @param owner whom the files it writes must belong to, as {@code chown} takes it
 */
record OrdinaryUser(List<String> prefix, Optional<String> owner) {
  private static final String NOBODY = "65534";

  static OrdinaryUser find() {
    if (!isRoot()) {
      return new OrdinaryUser(List.of(), Optional.empty());
    }
    boolean namespaces =
        !Boolean.getBoolean("engines.setpriv")
            && Programs.run(List.of("unshare", "-U", "true")).exit() == 0;
    return namespaces
        ? new OrdinaryUser(List.of("unshare", "-U"), Optional.empty())
        : new OrdinaryUser(
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"),
            Optional.of(NOBODY + ":" + NOBODY));
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** The name of this way to run: data made one way cannot be used the other way. */
  String name() {
    return owner.isPresent() ? "nobody" : "self";
  }

  void own(Path path) {
    owner.ifPresent(
        who ->
            Programs.mustRun(
                List.of("chown", "-R", who, path.toString()),
                Map.of(),
                Path.of("/"),
                Optional.empty()));
  }
}
