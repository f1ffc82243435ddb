package dev.pavise.policy.grant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Permission;
import dev.pavise.policy.PermissionSet;
import dev.pavise.policy.Role;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantingTest {
    private static final Map<String, Role> ROLES = Map.of(
            "admin", Role.ADMIN,
            "root", role("root", "*"),
            "developer", role("developer", "agent:list agent:deploy"),
            "keeper", role("keeper", "auth:*"),
            "lister", role("lister", "*:list"));

    private final Granting granting = new Granting(new Rulebook(ROLES, Set.of("corp"), List.of()));

    /** Held by the maker, given to the key, bound to its name, whether he may. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *                   | *                     |           | yes
                    *                   | agent:list            | admin     | yes
                    *                   |                       |           | yes
                    agent:list          | agent:list            |           | yes
                    agent:list          |                       |           | yes
                    agent:*             | agent:list agent:*    |           | yes
                    *:list              | agent:list            |           | yes
                    *:list              | *:list                | lister    | yes
                    agent:list          | agent:deploy          |           | no
                    agent:list          | agent:*               |           | no
                    agent:list          | *:list                |           | no
                    agent:list          | *                     |           | no
                    agent:*             | *                     |           | no
                    agent:* *:list      | *                     |           | no
                    agent:*             | agent:list tool:run   |           | no
                    auth:manage         | *                     |           | no
                    auth:manage         | auth:*                |           | no
                    auth:manage         | auth:manage           |           | yes
                    auth:* auth:manage  | auth:check            |           | yes
                    auth:*              |                       | admin     | no
                    auth:*              |                       | root      | no
                    auth:*              |                       | keeper    | yes
                    auth:*              | auth:manage           | developer | no
                    agent:*             | agent:list            | developer | yes
                    agent:*             | agent:list            | developer keeper | no
                    agent:list          | agent:list            | gone      | yes
                                        | agent:list            |           | no
                                        |                       |           | yes
                    """)
    void nobodyMakesAKeyThatHoldsMoreThanHe(String held, String given, String bound, String may) {
        Ruling ruling = granting.mayHoldKey("jwt:corp:bob", set(held), "ci", permissions(given), words(bound));
        assertRuling(may, GrantRefusal.EXCEEDS_OWN_PERMISSIONS, ruling);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *                        | admin     | yes
                    *                        | developer | yes
                    agent:list agent:deploy  | developer | yes
                    agent:*                  | developer | yes
                    agent:list               | developer | no
                    auth:*                   | keeper    | yes
                    auth:manage              | keeper    | no
                    auth:*                   | admin     | no
                    auth:*                   | root      | no
                    *:list                   | lister    | yes
                    agent:list               | lister    | no
                                             | developer | no
                    """)
    void nobodyGivesARoleThatHoldsMoreThanHe(String held, String role, String may) {
        assertRuling(may, GrantRefusal.EXCEEDS_OWN_PERMISSIONS, granting.mayAssign("key:ci", set(held), role));
    }

    @Test
    void unknownRoleIsNamedWithThoseThereAre() {
        Ruling.Refused refused = (Ruling.Refused) granting.mayAssign("operator", set("*"), "developr");
        assertEquals(GrantRefusal.UNKNOWN_ROLE, refused.code());
        assertTrue(refused.message().contains("`developr`") && refused.message().contains("developer"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    admin     |                   | no
                    admin     | developer lister  | no
                    admin     | keeper            | no
                    admin     | gone              | no
                    admin     | admin             | yes
                    admin     | root              | yes
                    root      |                   | no
                    root      | admin             | yes
                    developer |                   | yes
                    keeper    |                   | yes
                    gone      |                   | yes
                    """)
    void theLastWithEverythingStays(String taken, String remaining, String may) {
        assertRuling(may, GrantRefusal.LAST_ADMIN, granting.mayUnassign("jwt:corp:bob", taken, words(remaining)));
    }

    @Test
    void refusalNamesWhatIsMissingAndNoMore() {
        Ruling.Refused few = (Ruling.Refused)
                granting.mayHoldKey("jwt:corp:bob", set("agent:list"), "ci", permissions("agent:list a:b"), List.of());
        assertTrue(few.message().contains("`a:b`") && few.message().contains("`jwt:corp:bob`"), few.message());
        assertFalse(few.message().contains("`agent:list`"), few.message());
        Ruling.Refused many = (Ruling.Refused) granting.mayHoldKey(
                "jwt:corp:bob", set(""), "ci", permissions("a:a a:b a:c a:d a:e a:f a:g"), List.of());
        assertTrue(many.message().contains("and 2 more"), many.message());
    }

    private static void assertRuling(String may, GrantRefusal code, Ruling ruling) {
        if (may.equals("yes")) {
            assertEquals(Ruling.ALLOWED, ruling);
        } else {
            assertEquals(code, ((Ruling.Refused) ruling).code());
        }
    }

    private static Role role(String name, String permissions) {
        return new Role(name, Set.copyOf(permissions(permissions)));
    }

    private static PermissionSet set(String permissions) {
        Map<Permission, String> held = new LinkedHashMap<>();
        permissions(permissions).forEach(permission -> held.put(permission, "role test"));
        return PermissionSet.of(held);
    }

    private static List<Permission> permissions(String texts) {
        return words(texts).stream().map(Permission::parse).toList();
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank()
                ? List.of()
                : Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).collect(Collectors.toList());
    }
}
