package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.truth;

import dev.gatehouse.core.access.Hop;
import dev.gatehouse.postgres.access.AccessEdge.Identity;
import dev.gatehouse.postgres.access.AccessEdge.OpaqueCode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Views and rules. The relations they name are looked at as their owner, or as the current user
 * where a view says so; the functions they call run as the current user.
 */
final class ViewEdges {
  /** What pg_relation_is_updatable() answers, bit by bit. */
  private static final List<Right> UPDATABLE = List.of(Right.UPDATE, Right.INSERT, Right.DELETE);

  private final BuiltCode found;

  private ViewEdges(BuiltCode found) {
    this.found = found;
  }

  static void read(BuiltCode found) {
    ViewEdges views = new ViewEdges(found);
    views.views();
    views.rules();
  }

  /**
   * Which of the relations a change goes to is the first of the outer FROM, as the engine prints
   * it.
   */
  private void views() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("c.oid"),
                text("c.relkind"),
                truth(
                    "coalesce((select bool_or(split_part(o, '=', 2)::boolean)"
                        + " from unnest(c.reloptions) o where o like 'security_invoker=%'), false)"),
                number("case c.relkind when 'v' then pg_relation_is_updatable(c.oid, false) end"),
                number("case c.relkind when 'v' then pg_relation_is_updatable(c.oid, true) end"),
                text(
                    "case when c.relkind = 'v' and pg_relation_is_updatable(c.oid, false) <> 0"
                        + " then pg_get_viewdef(c.oid) end"),
                text("r.ev_action"))
            .from("pg_class c join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'")
            .where("c.relkind in ('v', 'm') and c.oid >= 16384"),
        row -> {
          OptionalInt number = found.relation(row.value1());
          if (number.isEmpty()) {
            return;
          }
          Securable view = found.item(number);
          NodeTree query = NodeTree.of(row.value7());
          found.changes.put(view.number(), changes(row.value5()));
          if (row.value2().equals("m")) {
            stored(view, query);
          } else {
            int updatable = row.value4() == null ? 0 : row.value4().intValue();
            found.always(
                query,
                () -> view(view, row.value3(), updatable, outerFrom(orEmpty(row.value6())), query));
            int changing = Right.DML & ~Right.SELECT.bit;
            String words = "view " + view.name();
            found.calls(view, changing, query, Identity.CALLER, Hop.Kind.VIEW, words);
          }
        });
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private void view(
      Securable view, boolean invoker, int updatable, String written, NodeTree query) {
    Identity as = invoker ? Identity.CALLER : Identity.ownersRelations(view.owner());
    String who = invoker ? " as the current user" : " as its owner " + found.owner(view);
    query
        .relations()
        .forEach(
            (oid, rights) -> {
              OptionalInt to = found.relation(oid);
              if (to.isPresent() && to.getAsInt() != view.number()) {
                Securable target = found.item(to);
                Optional<Set<String>> columns = found.columns(query, oid, Right.SELECT);
                way(
                    view,
                    Right.SELECT,
                    target,
                    as,
                    columns,
                    "view %s reads %s".formatted(view.name(), target.name()) + who);
                boolean only = query.relations().size() == 1;
                for (int i = 0; i < UPDATABLE.size(); i++) {
                  if ((updatable & (4 << i)) != 0 && (only || target.name().equals(written))) {
                    Right right = UPDATABLE.get(i);
                    way(
                        view,
                        right,
                        target,
                        as,
                        columns,
                        "view %s takes %s on to %s".formatted(view.name(), right, target.name())
                            + who);
                  }
                }
              }
            });
    String words = "view " + view.name();
    found.calls(view, Right.SELECT.bit, query, Identity.CALLER, Hop.Kind.VIEW, words);
  }

  /** Bit by bit as the engine has them. */
  private static int changes(@Nullable Long bits) {
    int mask = 0;
    for (int i = 0; i < UPDATABLE.size(); i++) {
      mask |= bits != null && (bits & (4L << i)) != 0 ? UPDATABLE.get(i).bit : 0;
    }
    return mask;
  }

  /** What is changed through a view has a column of it, or a default. */
  private void way(
      Securable from,
      Right right,
      Securable to,
      Identity as,
      Optional<Set<String>> columns,
      String sentence) {
    found.ways.add(
        new AccessEdge(
            from.number(),
            right.bit,
            to.number(),
            right,
            as,
            Hop.of(Hop.Kind.VIEW, sentence).withThrough(from.name()),
            columns));
  }

  /** What its owner read when it was made or refreshed; a function may have read anything. */
  private void stored(Securable view, NodeTree query) {
    query
        .relations()
        .forEach(
            (oid, rights) -> {
              OptionalInt to = found.relation(oid);
              if (to.isPresent() && to.getAsInt() != view.number()) {
                found.ways.add(
                    new AccessEdge(
                        view.number(),
                        Right.SELECT.bit,
                        to.getAsInt(),
                        Right.SELECT,
                        Identity.stored(view.owner()),
                        Hop.of(
                                Hop.Kind.MATERIALIZED_VIEW,
                                "materialized view %s keeps a copy of what is in %s"
                                    .formatted(view.name(), found.item(to).name()))
                            .withThrough(view.name()),
                        found.columns(query, oid, Right.SELECT)));
              }
            });
    boolean calls = query.functions().stream().anyMatch(oid -> found.routine(oid).isPresent());
    if (calls) {
      found.opaque.add(
          new OpaqueCode(
              view.number(),
              Right.SELECT.bit,
              view.owner(),
              Optional.of(
                  Hop.of(
                          Hop.Kind.MATERIALIZED_VIEW,
                          "materialized view %s keeps what functions gave its owner %s"
                              .formatted(view.name(), found.owner(view)))
                      .withThrough(view.name()))));
    }
    found.calls(
        view,
        Right.MAINTAIN.bit,
        query,
        Identity.owner(view.owner()),
        Hop.Kind.MATERIALIZED_VIEW,
        "REFRESH of " + view.name());
  }

  private void rules() {
    CatalogueReader.each(
        found
            .reader
            .sql
            .select(
                number("r.ev_class"),
                text("r.ev_type"),
                text("quote_ident(r.rulename)"),
                text("r.ev_action::text || ' ' || r.ev_qual::text"))
            .from("pg_rewrite r")
            .where("r.rulename <> '_RETURN' and r.oid >= 16384 and r.ev_enabled <> 'D'"),
        row -> {
          OptionalInt on = found.relation(row.value1());
          if (on.isPresent()) {
            NodeTree actions = NodeTree.of(row.value4());
            found.always(
                actions, () -> rule(found.item(on), event(row.value2()), row.value3(), actions));
          }
        });
  }

  private static int event(String type) {
    return switch (type) {
      case "2" -> Right.UPDATE.bit;
      case "3" -> Right.INSERT.bit;
      case "4" -> Right.DELETE.bit;
      default -> Right.SELECT.bit;
    };
  }

  private void rule(Securable table, int event, String name, NodeTree actions) {
    String rule = "rule %s on %s".formatted(name, table.name());
    actions
        .relations()
        .forEach(
            (oid, rights) -> {
              OptionalInt to = found.relation(oid);
              boolean itself = to.isPresent() && to.getAsInt() == table.number();
              for (Right right : Right.of(actions.done(oid) & (itself ? ~event : -1))) {
                if (to.isPresent()) {
                  Securable target = found.item(to);
                  found.ways.add(
                      new AccessEdge(
                          table.number(),
                          event,
                          target.number(),
                          right,
                          Identity.ownersRelations(table.owner()),
                          Hop.of(
                                  Hop.Kind.RULE,
                                  "%s does %s on %s as the owner %s"
                                      .formatted(rule, right, target.name(), found.owner(table)))
                              .withThrough(table.name()),
                          found.columns(actions, oid, right)));
                }
              }
            });
    found.calls(table, event, actions, Identity.CALLER, Hop.Kind.RULE, rule);
  }

  /**
   * The first relation of the outermost FROM of a query as the engine prints it; empty when there
   * is none that is a plain name.
   */
  private static String outerFrom(String query) {
    int depth = 0;
    for (int at = 0; at < query.length(); at++) {
      char c = query.charAt(at);
      if (c == '\'' || c == '"') {
        at = query.indexOf(c, at + 1);
        if (at < 0) {
          return "";
        }
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (depth == 0 && query.startsWith(" FROM ", at)) {
        return nameAt(query, at + " FROM ".length());
      }
    }
    return "";
  }

  private static String nameAt(String query, int from) {
    int begin = query.startsWith("ONLY ", from) ? from + "ONLY ".length() : from;
    int at = begin;
    while (at < query.length()
        && !Character.isWhitespace(query.charAt(at))
        && ";,)".indexOf(query.charAt(at)) < 0) {
      at = query.charAt(at) == '"' ? query.indexOf('"', at + 1) + 1 : at + 1;
    }
    return query.substring(begin, at);
  }
}
