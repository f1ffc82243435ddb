package dev.pavise.proxy.management;

import dev.pavise.auditlog.AuditStore;
import dev.pavise.proxy.gate.Endpoint;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.metrics.GatewayMetrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The management API (identity, permission and records are the exchange's matter). What reads files or takes time runs off the event loops. */
public final class Management {
    private static final Logger log = LoggerFactory.getLogger(Management.class);

    private final Readiness readiness;
    private final GatewayMetrics metrics;
    private final AuditStore audit;
    private final AuditVisibility visibility;
    private final AuditQueries queries;
    private final AuthApi auth;
    private final ToolsApi tools;
    private final KubernetesApi kubernetes;
    private final Executor executor;

    /** @param executor runs what may block: virtual threads */
    public Management(
            Readiness readiness,
            GatewayMetrics metrics,
            AuditStore audit,
            AuditVisibility visibility,
            AuthApi auth,
            ToolsApi tools,
            KubernetesApi kubernetes,
            Executor executor) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.audit = audit;
        this.visibility = visibility;
        this.queries = new AuditQueries(audit.search(), visibility);
        this.auth = auth;
        this.tools = tools;
        this.kubernetes = kubernetes;
        this.executor = executor;
    }

    /** The three words of health, which anyone may ask: a status word, nothing else. */
    public LocalAnswer open(Endpoint endpoint) {
        if (endpoint == Endpoint.LIVE) {
            return LocalAnswer.text(200, "live\n");
        }
        String word = readiness.word();
        return LocalAnswer.text(word.equals("ready") ? 200 : 503, word + "\n");
    }

    /** What records say a call is about; null where that is its path. */
    public @Nullable String resource(Endpoint endpoint, String variable) {
        if (endpoint == Endpoint.TOOL_RUN) {
            return variable;
        }
        return endpoint.isOfCluster() ? kubernetes.resource(endpoint) : null;
    }

    /** Where work goes that may block. */
    public Executor executor() {
        return executor;
    }

    /** Carries out an endpoint; {@code reply} is called once, on a thread of the executor. */
    public void handle(Call call, Consumer<LocalAnswer> reply) {
        executor.execute(() -> reply.accept(answer(call)));
    }

    /** Has the next part of an answer made; {@code then} is called once, on a thread of the executor. */
    public void next(LocalAnswer.Parts parts, Consumer<Optional<byte[]>> then, Consumer<Exception> failed) {
        executor.execute(() -> {
            try {
                then.accept(parts.next());
            } catch (IOException | RuntimeException failure) {
                log.error("an answer could not be gone on with", failure);
                failed.accept(failure);
            }
        });
    }

    private LocalAnswer answer(Call call) {
        try {
            return switch (call.endpoint()) {
                case METRICS ->
                    new LocalAnswer(
                            200,
                            "text/plain; version=0.0.4; charset=utf-8",
                            metrics.scrape().getBytes(StandardCharsets.UTF_8),
                            null,
                            null);
                case AUDIT_EVENTS -> queries.list(call);
                case AUDIT_EVENT -> CustomEvents.take(audit, call);
                case AUDIT_QUERY -> queries.search(call);
                case AUDIT_PROOF -> AuditProofs.answer(audit, call, visibility.of(call.caller()));
                case AUDIT_CHECKPOINT -> AuditCheckpoints.answer(audit, call);
                case HEALTH, LIVE, READY, RESOURCE_METADATA -> open(call.endpoint());
                case AUTH_KEYS, AUTH_KEY, AUTH_KEY_ROTATE, AUTH_BINDINGS, AUTH_BINDING, AUTH_ROLES, AUTH_CHECK ->
                    auth.answer(call);
                case TOOL_MANIFESTS, TOOL_REGISTER, TOOL_MANIFEST, TOOL_REMOVE, TOOL_CONTENT, TOOL_RUN ->
                    tools.answer(call);
                case K8S_STATUS, K8S_PODS, K8S_ACTIONS, K8S_SCALE, K8S_HEALTH, K8S_RECONCILE, K8S_RESTART ->
                    kubernetes.answer(call);
            };
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError failure) {
            log.error("`{}` failed", call.endpoint().path(), failure);
            return LocalAnswer.refused(RefusalCode.INTERNAL, "the request was not carried out; see the gateway's log");
        }
    }
}
