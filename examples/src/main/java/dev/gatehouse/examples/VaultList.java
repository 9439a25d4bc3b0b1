package dev.gatehouse.examples;

import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.report.VaultText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a vault holds. Exits with 0, with 2 when something is wrong with it, with 3 when there is
 * none.
 */
final class VaultList {
  private static final int WRONG = 2;
  private static final int NONE = 3;

  private VaultList() {}

  static int run(List<String> arguments) {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException("examples/run vault DIRECTORY");
    }
    Path directory = Path.of(arguments.get(0));
    Optional<Vault> vault = Vault.existing(directory);
    if (vault.isEmpty()) {
      System.out.println("no vault at " + directory);
      return NONE;
    }
    System.out.println(VaultText.of(vault.get()));
    return vault.get().problems().isEmpty() ? 0 : WRONG;
  }
}
