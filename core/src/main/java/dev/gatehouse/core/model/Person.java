package dev.gatehouse.core.model;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Word;
import java.lang.Character.UnicodeScript;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who may decide: by which name, by which key, in which roles.
 *
 * <p>Immutable.
 *
 * @param name as journals and reports have it
 * @param key Base64 of the X.509 encoding of an Ed25519 public key, on one line; without one the
 *     person is known by an account of the operating system, or the host vouches
 * @param accounts of the operating system, and names under which this person starts runs
 * @param roles that the person holds
 * @since 0.1
 */
public record Person(String name, Optional<String> key, List<String> accounts, List<String> roles) {

  public Person {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name of a person is blank");
    }
    key = key.map(Person::publicKey);
    accounts = List.copyOf(accounts);
    roles = List.copyOf(roles);
  }

  /**
   * Without key and role yet.
   *
   * @throws IllegalArgumentException when the name is blank, has characters that nobody sees, or
   *     mixes Latin letters with Cyrillic or Greek ones that look like them
   */
  public static Person named(String name) {
    return new Person(seen("name", name), Optional.empty(), List.of(), List.of());
  }

  /**
   * The same person, believed by that key only.
   *
   * @param publicKey one line of Base64, or PEM as {@code signing.pub} has it
   * @throws IllegalArgumentException when it is no Ed25519 public key
   */
  public Person withKey(String publicKey) {
    return new Person(name, Optional.of(publicKey), accounts, roles);
  }

  /** The same person, known to the operating system or to the host by these names too. */
  public Person knownAs(String... names) {
    return new Person(name, key, and(accounts, names), roles);
  }

  /**
   * The same person, holding these roles too.
   *
   * @throws IllegalArgumentException as {@link #named}
   */
  public Person as(String... more) {
    List.of(more).forEach(role -> seen("role", role));
    return new Person(name, key, accounts, and(roles, more));
  }

  /** Short name of the key: the first 32 hex digits of its SHA-256. */
  public Optional<String> keyId() {
    return key.map(text -> Sha256.of(text).substring(0, 32));
  }

  /** Whether that is a name of this person. */
  public boolean answersTo(String who) {
    return name.equals(who) || accounts.contains(who);
  }

  /**
   * Whether that name of who starts a run may mean this person: hosts and robots write names as
   * they like, and to leave out one too many lets nobody agree to their own run.
   */
  public boolean maybeCalled(String who) {
    return Word.samePerson(name, who)
        || accounts.stream().anyMatch(account -> Word.samePerson(account, who));
  }

  /** What is read as one name must be one: people are told apart by it. */
  private static String seen(String what, String text) {
    Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
    text.codePoints().filter(Character::isLetter).mapToObj(UnicodeScript::of).forEach(scripts::add);
    boolean mixed =
        scripts.contains(UnicodeScript.LATIN)
            && (scripts.contains(UnicodeScript.CYRILLIC) || scripts.contains(UnicodeScript.GREEK));
    boolean unseen = text.codePoints().anyMatch(Person::isUnseen);
    if (mixed || unseen || !text.equals(text.strip())) {
      throw new IllegalArgumentException(
          what
              + " '"
              + text
              + "' of a person "
              + (mixed
                  ? "mixes letters of several alphabets, which look alike"
                  : "has characters that nobody sees: spaces around it, line ends or marks"));
    }
    return text;
  }

  private static boolean isUnseen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> Character.isSpaceChar(c) && c != ' ';
    };
  }

  private static List<String> and(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  /**
   * That key as one line of Base64.
   *
   * @param text one line of Base64, or PEM as {@code signing.pub} has it
   * @throws IllegalArgumentException when it is no Ed25519 public key
   */
  public static String publicKey(String text) {
    String line = text.replaceAll("-----[A-Z ]+-----|\\s", "");
    try {
      byte[] bytes = Base64.getDecoder().decode(line);
      KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(bytes));
      // Base64 has several spellings of the same bytes, and a key is one person's.
      return Base64.getEncoder().encodeToString(bytes);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "key is no Ed25519 public key in Base64 or PEM: " + e.getMessage(), e);
    }
  }
}
