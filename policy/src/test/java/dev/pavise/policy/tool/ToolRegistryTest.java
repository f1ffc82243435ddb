package dev.pavise.policy.tool;

import static dev.pavise.policy.tool.Tools.full;
import static dev.pavise.policy.tool.Tools.least;
import static dev.pavise.policy.tool.Tools.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import dev.pavise.policy.signing.Revocations;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.signing.TrustedKey;
import dev.pavise.policy.signing.TrustedKeys;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToolRegistryTest {
    private static final SigningKey KEY = SigningKey.generate();
    private static final SigningKey NEXT = SigningKey.generate();
    private static final ToolVerifier VERIFIER = new ToolVerifier(
            new TrustedKeys(
                    List.of(
                            TrustedKey.always("release", KEY.verifyKey()),
                            TrustedKey.always("release", NEXT.verifyKey())),
                    Revocations.NONE),
            ToolPolicies.BUILT_IN,
            InstantSource.system());

    @Test
    void givesTheHighestVersionWhereNoneIsNamed() {
        ToolRegistry registry = registered("1.0.0", "1.2.0", "1.10.0-rc.1");
        assertEquals("1.10.0-rc.1", found(registry.find("hello")));
        assertEquals("1.2.0", found(registry.find("hello", version("1.2.0"))));
        assertCode(ToolRefusal.VERSION_MISSING, registry.find("hello", version("1.1.0")));
        assertCode(ToolRefusal.MANIFEST_MISSING, registry.find("other"));
        assertCode(ToolRefusal.MANIFEST_MISSING, registry.find("other", version("1.0.0")));
    }

    @Test
    void refusesAVersionThatIsNotNewer() {
        ToolRegistry registry = registered("1.2.0");
        for (String older : List.of("1.1.9", "1.2.0-rc.1", "0.0.1", "1.2.0+build")) {
            assertCode(ToolRefusal.VERSION_OLDER, registry.register(trusted(with(full(), "version", older), KEY)));
        }
        assertEquals("1.2.0", found(registry.find("hello")));
    }

    @Test
    void refusesTheSameVersionOfAnotherMeaning() {
        ToolRegistry registry = registered("1.2.0");
        Map<String, Object> known = with(full(), "version", "1.2.0");
        for (Map<String, Object> changed : List.of(
                with(known, "sha256_hash", "a".repeat(64)),
                with(known, "max_memory_mb", 65L),
                with(known, "policy", null),
                with(known, "allowed_resources", List.of()))) {
            assertCode(ToolRefusal.VERSION_TAKEN, registry.register(trusted(changed, KEY)));
        }
    }

    @Test
    void takesTheSameManifestAgainAndTheSameSignedAnew() {
        ToolRegistry registry = registered("1.2.0", "1.3.0");
        Map<String, Object> known = with(full(), "version", "1.2.0");
        Registration.Registered again = registration(registry.register(trusted(known, KEY)));
        assertFalse(again.changed());
        Map<String, Object> anew = with(known, "key_id", NEXT.verifyKey().id().text());
        Registration.Registered replaced = registration(registry.register(trusted(anew, NEXT)));
        assertTrue(replaced.changed());
        assertEquals(
                new ManifestResult.Present(Tools.signed(anew, NEXT)),
                replaced.registry().find("hello", version("1.2.0")));
        assertEquals("1.3.0", found(replaced.registry().find("hello")));
    }

    @Test
    void keepsRemovedWhatWasRemoved() {
        ToolRegistry registry = registered("1.0.0", "1.1.0", "1.2.0")
                .remove("hello", version("1.2.0"))
                .orElseThrow();
        assertEquals("1.1.0", found(registry.find("hello")));
        assertCode(ToolRefusal.VERSION_REMOVED, registry.find("hello", version("1.2.0")));
        assertCode(ToolRefusal.VERSION_REMOVED, registry.register(trusted(with(full(), "version", "1.2.0"), KEY)));
        assertCode(ToolRefusal.VERSION_OLDER, registry.register(trusted(with(full(), "version", "1.1.5"), KEY)));
        assertEquals(Optional.empty(), registry.remove("hello", version("1.2.0")));
        assertEquals(Optional.empty(), registry.remove("other", version("1.2.0")));
        ToolRegistry none = registry.remove("hello").orElseThrow();
        assertCode(ToolRefusal.VERSION_REMOVED, none.find("hello"));
        assertEquals(Optional.empty(), none.remove("hello"));
        assertEquals(Optional.empty(), none.remove("other"));
        assertCode(ToolRefusal.VERSION_REMOVED, none.register(trusted(with(full(), "version", "1.0.0"), KEY)));
        assertEquals("1.2.1", found(adding(none, "1.2.1").find("hello")));
    }

    @Test
    void isAValueThatNoChangeChanges() {
        ToolRegistry before = registered("1.0.0");
        adding(before, "2.0.0");
        before.remove("hello");
        assertEquals("1.0.0", found(before.find("hello")));
    }

    @Test
    void isReadFromWhatItIsWrittenAs() {
        ToolRegistry registry = registered("1.0.0", "1.1.0", "1.2.0")
                .remove("hello", version("1.1.0"))
                .orElseThrow();
        ToolRegistry read = ToolRegistry.of(registry.tools());
        assertEquals(List.copyOf(registry.tools()), List.copyOf(read.tools()));
        ToolVersions hello = registry.tools().iterator().next();
        assertTrue(Refusal.of(() -> ToolRegistry.of(List.of(hello, hello))).contains("twice"));
        SemanticVersion low = version("0.1.0");
        Refusal.of(() -> new ToolVersions("hello", hello.live(), hello.removed(), low));
        Refusal.of(() -> new ToolVersions("hello", hello.live().reversed(), hello.removed(), hello.newest()));
        Refusal.of(() -> new ToolVersions("hello", hello.live(), List.of(version("3.0.0")), hello.newest()));
        Refusal.of(() -> new ToolVersions("other", hello.live(), hello.removed(), hello.newest()));
        Refusal.of(() -> new ToolVersions("hello", hello.live(), List.of(version("1.2.0")), hello.newest()));
    }

    @Test
    void boundsTheVersionsOfATool() {
        ToolRegistry registry = ToolRegistry.empty();
        for (int at = 0; at < 100; at++) {
            registry = adding(registry, "1." + at + ".0");
        }
        assertCode(ToolRefusal.REGISTRY_FULL, registry.register(trusted(with(full(), "version", "2.0.0"), KEY)));
        // Tombstones are bounded as well, and forgetting the oldest lets none of them come back.
        for (int at = 0; at < 150; at++) {
            registry = registry.remove("hello", version("1." + at + ".0")).orElseThrow();
            registry = adding(registry, "1." + (at + 100) + ".0");
        }
        ToolVersions versions = registry.tools().iterator().next();
        assertEquals(100, versions.removed().size());
        assertEquals(100, versions.live().size());
        registry = registry.remove("hello", version("1.249.0")).orElseThrow();
        assertCode(ToolRefusal.VERSION_OLDER, registry.register(trusted(with(full(), "version", "1.3.0"), KEY)));
    }

    /** Against a plain model: whatever is done, a version that is gone or passed never comes back. */
    @Test
    void neverGoesBack() {
        Random random = new Random(12);
        List<SignedAt> all = new ArrayList<>();
        for (int minor = 0; minor < 8; minor++) {
            for (String tool : List.of("hello", "other")) {
                Map<String, Object> members = with(with(least(), "tool_id", tool), "version", "1." + minor + ".0");
                all.add(new SignedAt(tool, minor, trusted(members, KEY)));
            }
        }
        for (int run = 0; run < 100; run++) {
            ToolRegistry registry = ToolRegistry.empty();
            Set<String> live = new HashSet<>();
            int[] newest = {-1, -1};
            for (int step = 0; step < 30; step++) {
                SignedAt one = all.get(random.nextInt(all.size()));
                int tool = one.tool.equals("hello") ? 0 : 1;
                if (random.nextInt(3) > 0) {
                    Registration registration = registry.register(one.manifest);
                    boolean expected = live.contains(one.key()) || one.minor > newest[tool];
                    assertEquals(expected, registration instanceof Registration.Registered, one.key());
                    if (registration instanceof Registration.Registered registered) {
                        registry = registered.registry();
                        live.add(one.key());
                        newest[tool] = Math.max(newest[tool], one.minor);
                    }
                } else {
                    Optional<ToolRegistry> removed = registry.remove(one.tool, version("1." + one.minor + ".0"));
                    assertEquals(live.remove(one.key()), removed.isPresent(), one.key());
                    registry = removed.orElse(registry);
                }
                boolean present =
                        registry.find(one.tool, version("1." + one.minor + ".0")) instanceof ManifestResult.Present;
                assertEquals(live.contains(one.key()), present, one.key());
            }
        }
    }

    private record SignedAt(String tool, int minor, TrustedManifest manifest) {
        String key() {
            return tool + minor;
        }
    }

    private static ToolRegistry registered(String... versions) {
        ToolRegistry registry = ToolRegistry.empty();
        for (String version : versions) {
            registry = adding(registry, version);
        }
        return registry;
    }

    private static ToolRegistry adding(ToolRegistry registry, String version) {
        return registration(registry.register(trusted(with(full(), "version", version), KEY)))
                .registry();
    }

    private static Registration.Registered registration(Registration registration) {
        return assertInstanceOf(Registration.Registered.class, registration);
    }

    private static TrustedManifest trusted(Map<String, Object> members, SigningKey key) {
        Admission admission = VERIFIER.admit(new ManifestResult.Present(Tools.signed(members, key)));
        return assertInstanceOf(Admission.Admitted.class, admission).manifest();
    }

    private static SemanticVersion version(String text) {
        return SemanticVersion.parse(text);
    }

    private static String found(ManifestResult result) {
        return assertInstanceOf(ManifestResult.Present.class, result)
                .manifest()
                .manifest()
                .version()
                .toString();
    }

    private static void assertCode(ToolRefusal code, Object refused) {
        assertEquals(code, assertInstanceOf(Refused.class, refused).code());
    }
}
