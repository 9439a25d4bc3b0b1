package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.sql.SqlNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What patterns and names mean on a server: accounts, and objects of its databases. */
final class Names {
  private static final Set<String> THEIRS = Set.of("mysql", "sys", "gatehouse");

  private final Snapshot snapshot;
  private final List<Account> accounts;
  private final Map<String, List<Account>> byName;

  Names(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.accounts = snapshot.grants().accounts();
    this.byName = accounts.stream().collect(Collectors.groupingBy(Account::name));
  }

  /**
   * With {@code @} by the whole name. Without it every account of the users, and the anonymous ones
   * that their logins may be taken for.
   */
  List<String> roles(String pattern) {
    NamePattern names = NamePattern.of(pattern);
    boolean whole = pattern.contains("@");
    Set<Account> found = new LinkedHashSet<>();
    for (Account account : accounts) {
      boolean matches =
          names.matches(account.name())
              || (!whole && !account.role() && names.matches(account.user()));
      boolean kept =
          !account.predefined() || pattern.startsWith(account.user().split("\\.")[0] + ".");
      if (matches && kept && (!account.isPublic() || pattern.equals("public"))) {
        found.add(account);
      }
    }
    if (!whole) {
      List.copyOf(found).forEach(account -> found.addAll(anonymousFor(account)));
    }
    return found.stream().map(Account::name).distinct().sorted().toList();
  }

  /** The anonymous accounts that are met before any account of that user. */
  private List<Account> anonymousFor(Account account) {
    return account.role() || account.isAnonymous() || account.predefined()
        ? List.of()
        : accounts.stream()
            .filter(other -> other.isAnonymous() && !other.role())
            .filter(other -> accounts.stream().noneMatch(mine -> isMetFirst(mine, account, other)))
            .toList();
  }

  private static boolean isMetFirst(Account mine, Account account, Account anonymous) {
    return mine.user().equals(account.user())
        && Hosts.covers(mine.host(), anonymous.host())
        && Wildcards.narrowness(mine.host()) >= Wildcards.narrowness(anonymous.host());
  }

  /** Which logins of that user are taken for another account, one sentence each. */
  List<String> takenForOthers(Account account) {
    List<String> lines = new ArrayList<>();
    for (Account other : accounts) {
      boolean before = Wildcards.narrowness(other.host()) > Wildcards.narrowness(account.host());
      if (!account.role()
          && !other.role()
          && other.number() != account.number()
          && (other.user().equals(account.user()) || other.isAnonymous())
          && before
          && Hosts.overlap(other.host(), account.host())) {
        lines.add(
            "logins of '"
                + account.user()
                + "' from '"
                + other.host()
                + "' are taken for "
                + (other.isAnonymous() ? "the anonymous " : "")
                + other.name()
                + ", which has grants of its own");
      }
    }
    return lines;
  }

  /**
   * The account of that name; without a host the only one of that user.
   *
   * @throws Refusal when there is none, or when there are several, with the candidates
   */
  Account account(String name) {
    List<Account> named = byName.getOrDefault(name, List.of());
    if (named.size() == 1) {
      return named.get(0);
    }
    boolean whole = name.contains("@");
    String user = whole ? name.substring(0, name.lastIndexOf('@')) : name;
    List<Account> users = accounts.stream().filter(one -> one.user().equals(user)).toList();
    if (!whole && users.size() == 1 && roles(name).size() == 1) {
      return users.get(0);
    }
    boolean several = !whole && !users.isEmpty();
    String candidates =
        accounts.stream()
            .filter(one -> users.contains(one) || (one.isAnonymous() && !one.role()))
            .map(Account::name)
            .sorted()
            .collect(Collectors.joining(", "));
    throw new Refusal(
        Finding.of(
                several ? "access.several-accounts" : "access.no-role",
                several
                    ? "'" + name + "' is not the name of one account"
                    : "there is no account or role '" + name + "'")
            .withExpected("user@host of one account, or the name of a role")
            .withFound(candidates.isEmpty() ? "none of that user" : candidates)
            .withFix("name one of these as user@host, or CREATE USER first"));
  }

  List<AccessObject> objects(Kind kind, String pattern) {
    NamePattern names = NamePattern.of(pattern);
    Kind holder = kind == Kind.COLUMN ? Kind.TABLE : kind;
    boolean everywhere = dots(pattern) >= (kind == Kind.COLUMN ? 2 : 1);
    List<AccessObject> found = new ArrayList<>();
    for (Item item : snapshot.items()) {
      boolean here = item.database().equals(snapshot.database());
      boolean meant = !THEIRS.contains(item.database()) || pattern.startsWith(item.database());
      if (item.kind() != holder || !(here || (meant && (everywhere || kind == Kind.DATABASE)))) {
        continue;
      }
      if (kind == Kind.COLUMN) {
        for (String column : item.columns()) {
          if (names.matchesColumn(List.of(item.database(), item.name(), column))) {
            found.add(AccessObject.column(item.shown() + "." + SqlNames.printed(column)));
          }
        }
      } else if (kind == Kind.DATABASE
          ? names.matches(item.database()) || names.matches(item.shown())
          : names.matches(item.database(), item.name())) {
        found.add(snapshot.objects().get(item.number()));
      }
    }
    found.sort(Comparator.comparing(AccessObject::name));
    return found.stream().distinct().toList();
  }

  private static int dots(String pattern) {
    int dots = 0;
    boolean quoted = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      quoted ^= c == '"';
      dots += c == '.' && !quoted ? 1 : 0;
    }
    return dots;
  }

  /** Of a column its table. */
  Item item(AccessObject object) {
    AccessObject holder =
        object.kind() == Kind.COLUMN
            ? AccessObject.table(object.name().substring(0, Math.max(0, dot(object.name()))))
            : object;
    if (!snapshot.alike().isEmpty() && snapshot.alike().contains(holder)) {
      throw new Refusal(
          Finding.of("access.several-objects", "several routines are called '" + object + "'")
              .withExpected("one routine of that name")
              .withFound("a procedure and a function")
              .withFix("leave '" + object + "' out of the pattern, or rename one of them"));
    }
    Item item = snapshot.byObject().get(holder);
    if (item == null
        || (object.kind() == Kind.COLUMN && !item.columns().contains(column(object)))) {
      String kind = object.kind().words();
      throw new Refusal(
          Finding.of("access.no-object", "there is no " + kind + " '" + object + "'")
              .withExpected("a " + kind + " of that name, with its database")
              .withFound("none")
              .withFix("correct the name '" + object + "'"));
    }
    return item;
  }

  String column(AccessObject object) {
    String name = object.name().substring(dot(object.name()) + 1);
    boolean quoted = name.length() > 1 && name.startsWith("\"");
    return quoted ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
  }

  private static int dot(String name) {
    return name.endsWith("\"") ? name.lastIndexOf(".\"") : name.lastIndexOf('.');
  }
}
