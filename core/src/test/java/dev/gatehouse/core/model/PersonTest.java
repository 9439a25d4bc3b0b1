package dev.gatehouse.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PersonTest {

  /** The last letter before the padding has bits that stand for nothing. */
  @Test
  void one_key_in_two_spellings_is_one_persons() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    String one = Base64.getEncoder().encodeToString(key);
    int last = one.indexOf('=') - 1;
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char next = letters.charAt(letters.indexOf(one.charAt(last)) + 1);
    String other = one.substring(0, last) + next + one.substring(last + 1);
    assertThat(Base64.getDecoder().decode(other)).isEqualTo(key);
    Person ada = Person.named("ada").withKey(one);
    assertThat(Person.named("ada").withKey(other)).isEqualTo(ada);
    assertThatThrownBy(() -> People.of(ada, Person.named("bob").withKey(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two people have one name, account or key");
  }
}
