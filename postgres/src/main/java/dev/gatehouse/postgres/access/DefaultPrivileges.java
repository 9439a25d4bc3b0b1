package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.postgres.session.SqlNames;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** Default privileges: what objects will give that nobody has made yet, creator by creator. */
final class DefaultPrivileges {
  private DefaultPrivileges() {}

  static List<DefaultPrivilege> read(CatalogueReader reader, Roles roles) {
    List<DefaultPrivilege> all = new ArrayList<>();
    CatalogueReader.each(
        reader
            .sql
            .select(
                text("d.defaclobjtype"),
                number("d.defaclrole"),
                text("coalesce(quote_ident(n.nspname), '')"),
                number("a.grantee"),
                text("a.privilege_type"))
            .from(
                "pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace"
                    + " cross join lateral aclexplode(d.defaclacl) a")
            .where("a.grantee <> d.defaclrole")
            .and(
                // what everybody has anyway stands in every such list
                "(d.defaclobjtype not in ('f', 'T') or a.grantee <> 0 or n.oid is not null)"),
        row ->
            all.add(
                new DefaultPrivilege(
                    kind(row.value1()),
                    roles.number(row.value2()),
                    row.value3(),
                    roles.number(row.value4()),
                    Right.bit(row.value5()))));
    return all;
  }

  private static Kind kind(String letter) {
    return switch (letter) {
      case "S" -> Kind.SEQUENCE;
      case "f" -> Kind.ROUTINE;
      case "T" -> Kind.TYPE;
      case "n" -> Kind.SCHEMA;
      case "L" -> Kind.LARGE_OBJECTS;
      default -> Kind.TABLE;
    };
  }

  /** As ALTER DEFAULT PRIVILEGES and people name them. */
  private static String plural(Kind kind) {
    return kind == Kind.LARGE_OBJECTS ? kind.words() : kind.words() + "s";
  }

  static List<FutureGrant> of(Snapshot snapshot, int role) {
    RoleGraph graph = snapshot.graph();
    BitSet reach = graph.reach(role);
    List<FutureGrant> found = new ArrayList<>();
    for (DefaultPrivilege future : snapshot.futures()) {
      if (reach.get(future.grantee())) {
        List<Hop> hops = new ArrayList<>(graph.reachChain(role, future.grantee()));
        hops.add(hop(graph, future));
        found.add(
            new FutureGrant(
                future.kind(),
                graph.role(future.creator()).name(),
                plain(future),
                Right.names(future.rights()),
                Path.of(hops)));
      }
    }
    return found;
  }

  /** As patterns want it, without quotes. */
  private static String plain(DefaultPrivilege future) {
    return SqlNames.plain(future.schema());
  }

  private static Hop hop(RoleGraph graph, DefaultPrivilege future) {
    String right = String.join(", ", Right.names(future.rights()));
    String creator = graph.role(future.creator()).quoted();
    Role grantee = graph.role(future.grantee());
    String in = future.schema().isEmpty() ? "" : " in schema " + future.schema();
    return Hop.of(
            Hop.Kind.DEFAULT,
            "%s that %s makes%s will give %s to %s"
                .formatted(plural(future.kind()), creator, in, right, grantee.quoted()))
        .withFix(
            "ALTER DEFAULT PRIVILEGES FOR ROLE %s%s REVOKE %s ON %s FROM %s"
                .formatted(
                    creator,
                    future.schema().isEmpty() ? "" : " IN SCHEMA " + future.schema(),
                    right,
                    plural(future.kind()).toUpperCase(Locale.ROOT),
                    grantee.quoted()));
  }

  /**
   * An entry of ALTER DEFAULT PRIVILEGES.
   *
   * @param schema quoted; empty for every schema
   */
  record DefaultPrivilege(Kind kind, int creator, String schema, int grantee, int rights) {}
}
