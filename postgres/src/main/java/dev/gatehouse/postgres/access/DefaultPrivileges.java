package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Default privileges: what tables will give that nobody has made yet, creator by creator. */
final class DefaultPrivileges {
  private DefaultPrivileges() {}

  static List<DefaultPrivilege> read(CatalogueReader reader, Roles roles) {
    List<DefaultPrivilege> all = new ArrayList<>();
    CatalogueReader.each(
        reader
            .sql
            .select(
                number("d.defaclrole"),
                text("coalesce(quote_ident(n.nspname), '')"),
                number("a.grantee"),
                text("a.privilege_type"))
            .from(
                "pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace"
                    + " cross join lateral aclexplode(d.defaclacl) a")
            .where("d.defaclobjtype = 'r' and a.grantee <> d.defaclrole"),
        row ->
            all.add(
                new DefaultPrivilege(
                    roles.number(row.value1()),
                    row.value2(),
                    roles.number(row.value3()),
                    Right.bit(row.value4()))));
    return all;
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
                graph.role(future.creator()).name(),
                plain(snapshot, future),
                Right.names(future.rights()),
                Path.of(hops)));
      }
    }
    return found;
  }

  /** As patterns want it, without quotes. */
  private static String plain(Snapshot snapshot, DefaultPrivilege future) {
    Securable schema = snapshot.byObject().get(AccessObject.schema(future.schema()));
    return schema == null ? future.schema() : schema.plain();
  }

  private static Hop hop(RoleGraph graph, DefaultPrivilege future) {
    String right = String.join(", ", Right.names(future.rights()));
    String creator = graph.role(future.creator()).quoted();
    Role grantee = graph.role(future.grantee());
    String in = future.schema().isEmpty() ? "" : " in schema " + future.schema();
    return Hop.of(
            Hop.Kind.DEFAULT,
            "tables that %s makes%s will give %s to %s"
                .formatted(creator, in, right, grantee.quoted()))
        .withFix(
            "ALTER DEFAULT PRIVILEGES FOR ROLE %s%s REVOKE %s ON TABLES FROM %s"
                .formatted(
                    creator,
                    future.schema().isEmpty() ? "" : " IN SCHEMA " + future.schema(),
                    right,
                    grantee.quoted()));
  }

  /**
   * An entry of ALTER DEFAULT PRIVILEGES for tables.
   *
   * @param schema quoted; empty for every schema
   */
  record DefaultPrivilege(int creator, String schema, int grantee, int rights) {}
}
