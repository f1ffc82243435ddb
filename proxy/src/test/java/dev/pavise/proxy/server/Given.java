package dev.pavise.proxy.server;

import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.access.AccessResult;
import dev.pavise.proxy.access.KeyRequest;
import dev.pavise.proxy.access.NewKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Keys and roles that the operator gives and takes while a gateway runs. */
final class Given {
    private final Access access;
    private final Principal operator =
            Policy.compile(List.of(), List.of(), List.of(), Map.of()).principal(new Subject.Operator());

    Given(TestGateway gateway) {
        this.access = gateway.server().access();
    }

    NewKey key(String name, String... permissions) {
        return key(name, Duration.ofHours(1), permissions);
    }

    NewKey key(String name, Duration life, String... permissions) {
        return done(access.createKey(operator, new KeyRequest(name, List.of(permissions), null, life)));
    }

    void revoke(NewKey key) {
        done(access.revokeKey(operator, key.record().id()));
    }

    void role(String principal, String role) {
        done(access.assignRole(operator, principal, role));
    }

    void noRole(String principal, String role) {
        done(access.unassignRole(operator, principal, role));
    }

    private static <T> T done(AccessResult<T> result) {
        return switch (result) {
            case AccessResult.Done<T>(T value) -> value;
            case AccessResult.Refused<T>(var code, String message) -> throw new AssertionError(code + ": " + message);
        };
    }
}
