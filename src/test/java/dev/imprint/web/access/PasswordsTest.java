package dev.imprint.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.web.api.AccessRole;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
  private static final User ADA = new User("ada", AccessRole.LOOK, Users.HASH);

  private final Passwords passwords = new Passwords(List.of(ADA));

  @Test
  void shouldKnowAPasswordByAHashOfAnotherImplementation() throws Exception {
    assertThat(passwords.matches(ADA, Users.PASSWORD)).isTrue();
    assertThat(passwords.matches(ADA, Users.PASSWORD + "0")).isFalse();
    assertThat(passwords.matches(ADA, "")).isFalse();
  }

  @Test
  void shouldKnowAPasswordByTheHashThatItMakes() throws Exception {
    User user = new User("bob", AccessRole.LOOK, Passwords.hash("pässword – 10"));

    assertThat(Passwords.isHash(String.valueOf(user.password()))).isTrue();
    assertThat(passwords.matches(user, "pässword – 10")).isTrue();
  }

  @Test
  void shouldRefuseEverythingForAUserThatThereIsNot() throws Exception {
    assertThat(passwords.matches(null, Users.PASSWORD)).isFalse();
    assertThat(new Passwords(List.of()).matches(null, "")).isFalse();
  }

  @Test
  void shouldNotTakeAPasswordForItsFirst72Bytes() throws Exception {
    User user = new User("bob", AccessRole.LOOK, Passwords.hash("x".repeat(72)));

    assertThat(passwords.matches(user, "x".repeat(72))).isTrue();
    assertThat(passwords.matches(user, "x".repeat(73))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "$2a$04$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq",
        "$2a$31$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq",
        "$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7d",
        "$1$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq",
      })
  void shouldTellAHashFromAnythingElse(String text) {
    assertThat(Passwords.isHash(text)).isFalse();
    assertThat(Passwords.isHash(Users.HASH)).isTrue();
    assertThat(Passwords.isHash(Users.HASH.replace("$2a$", "$2y$"))).as("htpasswd -B").isTrue();
  }
}
