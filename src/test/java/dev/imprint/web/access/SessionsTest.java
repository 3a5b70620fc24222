package dev.imprint.web.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.pipeline.TestClock;
import dev.imprint.web.api.AccessRole;
import dev.imprint.web.api.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {
  private static final Duration LIFETIME = Duration.ofHours(12);
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final byte[] KEY = new byte[32];
  private static final User ADA = new User("ada", AccessRole.LABEL, Users.HASH);
  private static final User BOB = new User("bob", AccessRole.OPERATE, Users.HASH);

  private final TestClock clock = new TestClock(START);
  private final Sessions sessions = sessions(KEY, LIFETIME, ADA, BOB);

  private Sessions sessions(byte[] key, Duration lifetime, User... users) {
    Map<String, User> byName = new HashMap<>();
    for (User user : users) {
      byName.put(user.name(), user);
    }
    return new Sessions(key, lifetime, byName, clock);
  }

  @Test
  void shouldKnowWhoseSessionItIsUntilItEnds() {
    String session = sessions.begin(ADA);

    assertThat(sessions.read(session))
        .isEqualTo(new Caller("ada", AccessRole.LABEL, START.plus(LIFETIME)));
    clock.advance(LIFETIME.minusSeconds(1));
    assertThat(sessions.read(session)).isNotNull();
    clock.advance(Duration.ofSeconds(1));
    assertThat(sessions.read(session)).isNull();
  }

  @Test
  void shouldKnowASessionThatAnotherInstanceWithTheSameKeyBegan() {
    assertThat(sessions(KEY.clone(), LIFETIME, ADA).read(sessions.begin(ADA))).isNotNull();
  }

  @Test
  void shouldNotBelieveASessionThatWasSignedWithAnotherKey() {
    byte[] other = KEY.clone();
    other[31] ^= 1;

    assertThat(sessions(other, LIFETIME, ADA).read(sessions.begin(ADA))).isNull();
  }

  @Test
  void shouldNotBelieveASessionWhoseNameOrEndWasChanged() {
    String[] parts = sessions.begin(ADA).split("\\.");
    String bob = Base64.getUrlEncoder().withoutPadding().encodeToString("bob".getBytes(UTF_8));
    String later = String.valueOf(Long.parseLong(parts[1]) + 1);

    assertThat(sessions.read(bob + "." + parts[1] + "." + parts[2])).isNull();
    assertThat(sessions.read(parts[0] + "." + later + "." + parts[2])).isNull();
    assertThat(sessions.read(parts[0] + "." + parts[1] + ".")).isNull();
  }

  @Test
  void shouldEndSessionsWhenTheUserIsRemovedOrGetsANewPassword() {
    String session = sessions.begin(ADA);
    User renewed = new User("ada", AccessRole.LABEL, Passwords.hash("a new password"));

    assertThat(sessions(KEY, LIFETIME, BOB).read(session)).isNull();
    assertThat(sessions(KEY, LIFETIME, renewed).read(session)).isNull();
  }

  @Test
  void shouldTakeTheRoleFromTheSettings() {
    User promoted = new User("ada", AccessRole.OPERATE, Users.HASH);

    Caller caller = sessions(KEY, LIFETIME, promoted).read(sessions.begin(ADA));

    assertThat(caller).extracting(Caller::role).isEqualTo(AccessRole.OPERATE);
  }

  @Test
  void shouldEndSessionsThatAreLongerThanTheSettingsAllowNow() {
    assertThat(sessions(KEY, Duration.ofHours(1), ADA).read(sessions.begin(ADA))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "a.b.c", "YWRh.x.y", "%.1.x", "YWRh.9223372036854775807.x"})
  void shouldNotFallOverSomebodyElsesCookie(String cookie) {
    assertThat(sessions.read(cookie)).isNull();
  }
}
