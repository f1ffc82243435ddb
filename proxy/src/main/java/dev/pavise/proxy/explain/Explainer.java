package dev.pavise.proxy.explain;

import dev.pavise.policy.Decision;
import dev.pavise.policy.Deny;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Pending;
import dev.pavise.policy.Permit;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Rule;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.route.RouteLookup;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.gate.Authorization;
import dev.pavise.proxy.gate.Endpoint;
import dev.pavise.proxy.gate.FieldValues;
import dev.pavise.proxy.gate.RequestFacts;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Says what a configuration would answer to a described request of a described caller, and why. It compiles and decides with the classes that the
 * gateway uses, in the gateway's order; it opens no connection, listens nowhere and reads no file but the keys that a real token needs.
 */
public final class Explainer {
    private final CompiledRules rules;
    private final InstantSource clock;

    private Explainer(CompiledRules rules, InstantSource clock) {
        this.rules = rules;
        this.clock = clock;
    }

    /** What came of a configuration. */
    public sealed interface Made {
        record Ready(Explainer explainer) implements Made {}

        record Refused(List<ConfigError> errors) implements Made {}
    }

    public static Made of(GatewayConfig config, InstantSource clock) {
        return switch (CompiledRules.of(config)) {
            case CompiledRules.Made.Ready(CompiledRules rules) -> new Made.Ready(new Explainer(rules, clock));
            case CompiledRules.Made.Refused(List<ConfigError> errors) -> new Made.Refused(errors);
        };
    }

    /**
     * Explains one request.
     *
     * @param certificate the name in a client certificate beside the credential, or empty
     * @throws IllegalArgumentException where the description means nothing under this configuration
     */
    public Explanation explain(DescribedRequest request, DescribedIdentity identity, String certificate) {
        Instant now = Objects.requireNonNullElseGet(request.time(), clock::instant);
        Telling telling = new Telling(rules, request.method() + " " + request.target());
        return switch (request.read(anyHost())) {
            case DescribedRequest.Read.Refused(Refusal refusal) -> telling.refused(refusal);
            case DescribedRequest.Read.Head(RequestHead head) ->
                explain(telling, head, new Asking(identity, certificate, request.address(), now));
        };
    }

    /** Who asks, from where and when. */
    private record Asking(DescribedIdentity identity, String certificate, String address, Instant now) {}

    private Explanation explain(Telling telling, RequestHead head, Asking asking) {
        telling.request(head);
        Endpoint own = Endpoint.at(head.method(), head.path());
        if (own != null && own.isOpen() && own.takes(head.method())) {
            return telling.open(own);
        }
        if (rules.hosts() != null && !rules.hosts().allows(head.host())) {
            return telling.refused(
                    new Refusal(RefusalCode.MISDIRECTED, "`" + head.host() + "` is not one of this gateway's hosts"));
        }
        noteUnseen(telling, head, asking);
        return switch (new Identification(rules, asking.now()).of(asking.identity())) {
            case Identification.Result.Unproven(String reason) ->
                telling.refused(new Refusal(RefusalCode.UNAUTHENTICATED, reason));
            case Identification.Result.Known(Principal known) -> {
                Principal who = asking.certificate().isEmpty() ? known : known.beside(asking.certificate());
                telling.caller(who);
                yield own == null || rules.config().listen().management() != null
                        ? ofRoute(telling, head, who, asking)
                        : ofEndpoint(telling, head, who, own);
            }
        };
    }

    private void noteUnseen(Telling telling, RequestHead head, Asking asking) {
        if (rules.hosts() == null) {
            telling.unseen("the certificate, whose names are the hosts where `hosts` is left out");
        }
        if (head.headers().contains(HeaderName.ORIGIN)) {
            telling.unseen("the Origin header: a browser's must be in `origins`");
        }
        if (asking.identity() instanceof DescribedIdentity.Token) {
            telling.unseen("keys that an issuer publishes under a URL: only keys in files are at hand here");
        }
        telling.unseen("what was given by API or command line: bindings, and which API keys there are");
    }

    private Explanation ofEndpoint(Telling telling, RequestHead head, Principal who, Endpoint own) {
        Rule rule = own.rule().orElse(null);
        if (!own.takes(head.method()) || rule == null) {
            return telling.refused(new Refusal(
                    RefusalCode.METHOD_NOT_ALLOWED, head.method() + " is not taken by `" + own.path() + "`"));
        }
        telling.endpoint(own, rule, who);
        return decided(telling, rules.policy().decide(who, rule, Facts.NONE));
    }

    private Explanation ofRoute(Telling telling, RequestHead head, Principal who, Asking asking) {
        RouteLookup<CompiledRules.Configured> lookup = rules.routes()
                .find(head.method(), head.host(), head.path(), name -> FieldValues.joined(head.headers(), name));
        telling.others(head, lookup);
        if (!(lookup instanceof RouteLookup.Found<CompiledRules.Configured> found)) {
            return telling.refused(new Refusal(RefusalCode.NO_ROUTE, RefusalCode.NO_ROUTE.title()));
        }
        Facts facts = new RequestFacts(head, found, asking.address(), asking.now());
        telling.route(found, who);
        telling.condition(found.route().rule(), who, facts);
        return decided(telling, rules.policy().decide(who, found.route().rule(), facts));
    }

    private static Explanation decided(Telling telling, Decision decision) {
        return switch (decision) {
            case Deny deny -> telling.refused(Authorization.refusal(deny));
            case Pending ignored -> {
                telling.unseen("the decision of the external policy, which has still to agree");
                yield telling.allowed("allowed, if the external policy agrees");
            }
            case Permit permit ->
                permit.overruled()
                        .map(deny -> telling.wouldDeny(Authorization.refusal(deny)))
                        .orElseGet(() -> telling.allowed("allowed"));
        };
    }

    private String anyHost() {
        List<String> plain = new ArrayList<>(rules.config().hosts());
        plain.removeIf(host -> host.startsWith("*."));
        return plain.isEmpty() ? "localhost" : plain.getFirst();
    }
}
