package dev.gatehouse.core.testkit.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Packages of this machine's distribution, of any of its releases, unpacked into a private
 * directory and run with their own libraries. Installs nothing and needs no root.
 */
final class DistributionPackages implements EngineProvider {

  @Override
  public String name() {
    return "distribution packages";
  }

  @Override
  public Optional<Server> server(Product product, String version, List<String> declined) {
    if (product == Product.POSTGRES) {
      // its initdb starts a server by the path of the program itself, past its own loader
      declined.add(name() + ": PostgreSQL servers are not taken from packages, only its tools");
      return Optional.empty();
    }
    return root(product, version, "", declined)
        .flatMap(
            root -> {
              Path program = root.wrapper(product == Product.MYSQL ? "mysqld" : "mariadbd");
              Optional<String> said = Programs.version(program, product, Map.of());
              if (said.isEmpty() || !product.answers(version, said.get())) {
                declined.add(name() + ": " + root.name() + " is " + said.orElse("not runnable"));
                return Optional.empty();
              }
              Path base = root.directory().resolve("usr");
              // MariaDB's own name for it since 11.8
              Path own = base.resolve("share/mariadb");
              return Optional.of(
                  Launcher.start(
                      new Installation(
                          product,
                          said.get(),
                          root.wrappers(),
                          Files.isDirectory(own) ? own : base.resolve("share/mysql"),
                          base,
                          Map.of(),
                          name() + " (" + root.name() + ")")));
            });
  }

  @Override
  public Optional<Tool> tool(Product product, String version, String tool, List<String> declined) {
    return root(product, version, tool, declined)
        .flatMap(
            root -> {
              Path program = root.wrapper(tool);
              Optional<String> said =
                  Files.exists(program) ? version(root, program, product) : Optional.empty();
              if (said.isEmpty() || !product.series(said.get()).equals(product.series(version))) {
                declined.add(
                    "%s: %s in %s is %s"
                        .formatted(name(), tool, root.name(), said.orElse("not there")));
                return Optional.empty();
              }
              return Optional.of(
                  new Tool(program, said.get(), true, name() + " (" + root.name() + ")"));
            });
  }

  /** mariadb-binlog 10.11 tells a version of its own: the server beside it tells the series. */
  private static Optional<String> version(PackageRoot root, Path program, Product product) {
    return Programs.version(program, product, Map.of())
        .or(() -> Programs.version(root.wrapper("mariadbd"), product, Map.of()));
  }

  private static Optional<PackageRoot> root(
      Product product, String version, String tool, List<String> declined) {
    String series = product.series(version);
    return PackageRoot.of(
        switch (product) {
          // pgbench stands among the server's programs
          case POSTGRES ->
              List.of((tool.equals("pgbench") ? "postgresql-" : "postgresql-client-") + series);
          case MYSQL -> List.of("mysql-server-core", "mysql-client-core");
          case MARIADB -> List.of("mariadb-server-core", "mariadb-client", "mariadb-backup");
        },
        series,
        declined);
  }
}
