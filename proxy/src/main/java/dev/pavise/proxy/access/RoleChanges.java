package dev.pavise.proxy.access;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Rulebook;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Works out what several changes of one principal's roles come to: all of them, or the first refusal. Pure. */
final class RoleChanges {
    private final Rulebook rulebook;
    private final Instant now;

    RoleChanges(Rulebook rulebook, Instant now) {
        this.rulebook = rulebook;
        this.now = now;
    }

    Plan<RoleRequest.Outcome> plan(StoredAccess state, Principal by, String name, RoleRequest request) {
        String principal = stored(state, name);
        List<String> before = state.rolesOf(principal);
        Set<String> add = new TreeSet<>();
        Set<String> remove = new TreeSet<>();
        switch (request) {
            case RoleRequest.Add(Set<String> roles) -> add.addAll(roles);
            case RoleRequest.Become(Set<String> roles) -> {
                add.addAll(roles);
                remove.addAll(before);
                remove.removeAll(roles);
            }
            case RoleRequest.Remove(String role) -> remove.add(role);
            case RoleRequest.RemoveAll ignored -> {
                remove.addAll(before);
                if (before.isEmpty()) {
                    return nothingToRemove(state, principal);
                }
            }
        }
        return fold(state, by, principal, add, remove);
    }

    /** Gives before it takes, so that the last one who may do everything can be given another such role in its stead. */
    private Plan<RoleRequest.Outcome> fold(
            StoredAccess state, Principal by, String principal, Set<String> add, Set<String> remove) {
        StoredAccess next = state;
        for (String role : add) {
            switch (changes(next).assign(by, principal, role)) {
                case Plan.Change<BindingView>(StoredAccess changed, BindingView ignored) -> next = changed;
                case Plan.Nothing<BindingView> ignored -> {}
                case Plan.Refused<BindingView>(GrantRefusal code, String message) -> {
                    return Plan.refused(code, message);
                }
            }
        }
        for (String role : remove) {
            switch (changes(next).unassign(principal, role)) {
                case Plan.Change<BindingView>(StoredAccess changed, BindingView ignored) -> next = changed;
                case Plan.Nothing<BindingView> ignored -> {}
                case Plan.Refused<BindingView>(GrantRefusal code, String message) -> {
                    return Plan.refused(code, message);
                }
            }
        }
        RoleRequest.Outcome outcome =
                new RoleRequest.Outcome(principal, state.rolesOf(principal), next.rolesOf(principal));
        return outcome.before().equals(outcome.after())
                ? new Plan.Nothing<>(outcome)
                : new Plan.Change<>(next, outcome);
    }

    private Plan<RoleRequest.Outcome> nothingToRemove(StoredAccess state, String principal) {
        Optional<String> configured = rulebook.bindings().stream()
                .filter(each -> each.holder().equals(principal))
                .map(Rulebook.Configured::role)
                .findFirst();
        if (configured.isPresent()
                && changes(state).unassign(principal, configured.get())
                        instanceof Plan.Refused<BindingView>(GrantRefusal code, String message)) {
            return Plan.refused(code, message);
        }
        return Plan.refused(GrantRefusal.NOT_FOUND, "`" + Quoted.of(principal) + "` was given no role at run time");
    }

    private BindingChanges changes(StoredAccess state) {
        return new BindingChanges(rulebook, state, now);
    }

    /** As it is stored, so that one whose issuer is gone can be named too; else as the name is read now. */
    private String stored(StoredAccess state, String name) {
        if (!state.rolesOf(name).isEmpty()) {
            return name;
        }
        try {
            return Binding.ofPrincipal(name, Set.of("any")).prefixed(rulebook.issuers());
        } catch (IllegalArgumentException unfit) {
            return name; // giving it a role is refused with the reason
        }
    }
}
