package dev.pavise.proxy.access;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Quoted;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.grant.Granting;
import dev.pavise.policy.grant.Rulebook;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Works out what a change of bindings comes to, and which bindings there are. Pure. */
final class BindingChanges {
    private static final int LONGEST_NAME = 512;
    private static final String KEY = "key:";

    private final Rulebook rulebook;
    private final StoredAccess state;
    private final Instant now;

    BindingChanges(Rulebook rulebook, StoredAccess state, Instant now) {
        this.rulebook = rulebook;
        this.state = state;
        this.now = now;
    }

    Plan<BindingView> assign(Principal maker, String name, String role) {
        String principal;
        try {
            principal = prefixed(name);
        } catch (IllegalArgumentException unfit) {
            return Plan.refused(GrantRefusal.MALFORMED, String.valueOf(unfit.getMessage()));
        }
        return Plan.where(new Granting(rulebook).mayAssign(maker.id(), maker.permissions(), role), () -> {
            StoredBinding known = state.bindings().get(new StoredAccess.Bound(principal, role));
            if (known != null) {
                return new Plan.Nothing<>(view(known));
            }
            if (state.bindings().size() >= AccessSettings.MAX_BINDINGS) {
                return Plan.refused(
                        GrantRefusal.TOO_MANY,
                        AccessSettings.MAX_BINDINGS + " roles are given already, take some away or bind a group");
            }
            StoredBinding made = new StoredBinding(principal, role, now, maker.id());
            return new Plan.Change<>(state.with(made), view(made));
        });
    }

    private String prefixed(String name) {
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("a principal's name has at most " + LONGEST_NAME + " characters");
        }
        // The role plays no part in how the name is read.
        return Binding.ofPrincipal(name, Set.of("any")).prefixed(rulebook.issuers());
    }

    Plan<BindingView> unassign(String name, String role) {
        StoredAccess.Bound bound = find(name, role);
        StoredBinding stored = state.bindings().get(bound);
        Optional<Rulebook.Configured> configured = rulebook.bindings().stream()
                .filter(each ->
                        each.holder().equals(bound.principal()) && each.role().equals(role))
                .findFirst();
        if (stored == null) {
            return configured
                    .<Plan<BindingView>>map(each -> Plan.refused(
                            GrantRefusal.CONFIGURED,
                            "`" + each.holder() + "` has role `" + role + "` by the configuration, take it away there: "
                                    + each.place()))
                    .orElseGet(() -> Plan.refused(
                            GrantRefusal.NOT_FOUND,
                            "`" + Quoted.of(bound.principal()) + "` has no role `" + Quoted.of(role) + "`"));
        }
        StoredAccess next = state.without(bound);
        if (!idle(stored.principal(), role).isEmpty()) {
            return new Plan.Change<>(next, view(stored));
        }
        return Plan.where(
                new Granting(rulebook).mayUnassign(bound.principal(), role, rolesInEffect(next)),
                () -> new Plan.Change<>(next, configured.map(this::view).orElseGet(() -> view(stored))));
    }

    /** As it is stored, so that a binding whose issuer is gone can be taken away too; else as the name is read now. */
    private StoredAccess.Bound find(String name, String role) {
        StoredAccess.Bound asWritten = new StoredAccess.Bound(name, role);
        if (state.bindings().containsKey(asWritten)) {
            return asWritten;
        }
        try {
            return new StoredAccess.Bound(prefixed(name), role);
        } catch (IllegalArgumentException nobody) {
            return asWritten;
        }
    }

    private List<String> rolesInEffect(StoredAccess of) {
        List<String> roles = new ArrayList<>();
        rulebook.bindings().stream()
                .filter(each -> idle(each.holder(), each.role()).isEmpty())
                .forEach(each -> roles.add(each.role()));
        of.bindings().keySet().stream()
                .filter(each -> idle(each.principal(), each.role()).isEmpty())
                .forEach(each -> roles.add(each.role()));
        return roles;
    }

    /** Why the binding gives nothing now, or empty. */
    private String idle(String holder, String role) {
        if (!rulebook.roles().containsKey(role)) {
            return "role `" + role + "` is not configured any more";
        }
        if (holder.startsWith("jwt:") && !rulebook.issuers().contains(holder.split(":", 3)[1])) {
            return "issuer `" + holder.split(":", 3)[1] + "` is not configured any more";
        }
        if (holder.startsWith(KEY)
                && state.live(holder.substring(KEY.length()), now).isEmpty()) {
            return "no live key is called so";
        }
        return "";
    }

    List<BindingView> all() {
        List<BindingView> all = new ArrayList<>();
        rulebook.bindings().forEach(each -> all.add(view(each)));
        state.bindings().values().stream()
                .sorted(Comparator.comparing(StoredBinding::principal).thenComparing(StoredBinding::role))
                .forEach(each -> all.add(view(each)));
        return all;
    }

    private BindingView view(Rulebook.Configured binding) {
        return new BindingView(
                binding.holder(), binding.role(), true, binding.place(), idle(binding.holder(), binding.role()));
    }

    private BindingView view(StoredBinding binding) {
        return new BindingView(
                binding.principal(),
                binding.role(),
                false,
                "by " + binding.by() + " at " + binding.at().truncatedTo(ChronoUnit.SECONDS),
                idle(binding.principal(), binding.role()));
    }
}
