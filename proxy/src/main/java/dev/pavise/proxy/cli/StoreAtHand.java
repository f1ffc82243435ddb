package dev.pavise.proxy.cli;

import dev.pavise.policy.Binding;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Role;
import dev.pavise.policy.Subject;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.proxy.access.Access;
import dev.pavise.proxy.access.AccessOpenException;
import dev.pavise.proxy.access.BindingView;
import dev.pavise.proxy.access.ConfiguredAccess;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.http.Problem;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.management.AuthApi;
import dev.pavise.proxy.management.Call;
import dev.pavise.proxy.management.LocalAnswer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The store of a gateway that does not run, under the store's lock. Whoever can write the data directory is the operator, and is
 * judged and recorded as such: intent before, outcome after, in the audit log of the configuration.
 */
final class StoreAtHand implements AuthDoor {
    private static final String GROUP = "group ";

    private final GatewayConfig config;
    private final Access access;
    private final AuthApi api;
    private final InstantSource clock;
    private @Nullable OperatorRecords records;

    private StoreAtHand(GatewayConfig config, Access access, InstantSource clock) {
        this.config = config;
        this.access = access;
        this.clock = clock;
        this.api = new AuthApi(access, () -> policy(access), clock);
    }

    /** @param whyNoGateway what was tried first, for messages */
    static StoreAtHand open(DataPlace data, Surroundings surroundings, String whyNoGateway) {
        GatewayConfig config = data.config();
        if (config == null) {
            throw CommandFailure.wanting(whyNoGateway + "; to work on its store the configuration is needed, name it by"
                    + " --config: " + data.whyNoConfig());
        }
        try {
            Access access = Access.open(
                    data.dataDir(),
                    ConfiguredAccess.settings(config),
                    ConfiguredAccess.rulebook(config),
                    surroundings.clock());
            return new StoreAtHand(config, access, surroundings.clock());
        } catch (AccessOpenException | IllegalArgumentException unusable) {
            throw CommandFailure.wanting(whyNoGateway + ", and " + unusable.getMessage());
        }
    }

    @Override
    public AuthAnswer ask(AuthRequest request) {
        if (!request.isChange()) {
            return answer(carryOut(request), "");
        }
        OperatorRecords audit = records();
        String id = audit.intent(request);
        LocalAnswer done = carryOut(request);
        audit.outcome(request, id, done);
        return answer(done, id);
    }

    private LocalAnswer carryOut(AuthRequest request) {
        Principal operator = policy(access).principal(new Subject.Operator());
        return api.answer(new Call(
                request.endpoint(),
                request.method(),
                request.encodedVariable(),
                request.query(),
                request.bytes(),
                operator,
                Call.From.HERE));
    }

    private static AuthAnswer answer(LocalAnswer done, String id) {
        Refusal refusal = done.refusal();
        byte[] body = refusal == null ? done.body() : Problem.body(refusal, id);
        return new AuthAnswer(done.status(), JsonMapper.shared().readTree(body));
    }

    private OperatorRecords records() {
        OperatorRecords open = records;
        if (open == null) {
            open = OperatorRecords.open(config.audit(), clock);
            records = open;
        }
        return open;
    }

    /** The policy as far as it tells who may do what without a token being seen: issuers give nothing here. */
    private static Policy policy(Access access) {
        Rulebook book = access.rulebook();
        List<Role> roles = book.roles().values().stream()
                .filter(role -> !role.name().equals(Role.ADMIN.name()))
                .toList();
        List<Binding> bindings = access.bindings().stream()
                .filter(each -> each.idle().isEmpty())
                .map(StoreAtHand::binding)
                .toList();
        Map<String, MayGrant> issuers = new HashMap<>();
        book.issuers().forEach(issuer -> issuers.put(issuer, MayGrant.NOTHING));
        return Policy.compile(roles, bindings, List.of(), issuers);
    }

    private static Binding binding(BindingView view) {
        Set<String> role = Set.of(view.role());
        return view.holder().startsWith(GROUP)
                ? Binding.ofGroup(view.holder().substring(GROUP.length()), role)
                : Binding.ofPrincipal(view.holder(), role);
    }

    @Override
    public void close() {
        access.close();
        if (records != null) {
            records.close();
        }
    }
}
