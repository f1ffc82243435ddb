package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditOpenException;
import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.policy.config.ConfigError;
import dev.pavise.policy.config.EnvironmentLookup;
import dev.pavise.policy.config.Place;
import dev.pavise.policy.limit.Limits;
import dev.pavise.proxy.access.AccessOpenException;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.issuer.Issuers;
import dev.pavise.proxy.kubernetes.OwnPod;
import dev.pavise.proxy.metrics.GatewayMetrics;
import dev.pavise.proxy.pem.PrivateFiles;
import dev.pavise.proxy.tool.Tools;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a gateway: all of it, or nothing is left open. */
final class Start {
    private static final Logger log = LoggerFactory.getLogger(ProxyServer.class);
    private static final int TOLD_APART = 10_000;

    private Start() {}

    /** Opens the log; by another way where a test wants to look at what comes to it. */
    interface Opening {
        AuditStore open(AuditSettings settings) throws AuditOpenException;
    }

    static ProxyServer start(GatewayConfig config, EnvironmentLookup environment, Opening opening) throws StartFailure {
        try {
            PrivateFiles.makeFolder(config.dataDir());
            OperatorTokens.Resolved operator = OperatorTokens.resolve(config, environment);
            return start(config, operator, lasting(config, operator, OwnPod.of(environment)), opening);
        } catch (AuditOpenException failure) {
            throw new StartFailure("the audit log cannot be opened: " + failure.getMessage(), failure);
        } catch (AccessOpenException failure) {
            throw new StartFailure(String.valueOf(failure.getMessage()), failure);
        } catch (IOException failure) {
            throw new StartFailure("the data directory `" + config.dataDir() + "` cannot be used: " + failure, failure);
        } catch (IllegalArgumentException unfit) {
            throw new StartFailure(String.valueOf(unfit.getMessage()), unfit);
        }
    }

    private static Lasting lasting(GatewayConfig config, OperatorTokens.Resolved operator, OwnPod pod)
            throws AccessOpenException {
        InstantSource clock = InstantSource.system();
        return new Lasting(
                new Limits(System::nanoTime, TOLD_APART),
                operator.token(),
                GivenAccess.open(config, clock),
                new Issuers(config.dataDir(), clock),
                new Tools(config.dataDir(), clock),
                new GatewayMetrics(),
                pod,
                clock);
    }

    private static ProxyServer start(
            GatewayConfig config, OperatorTokens.Resolved operator, Lasting lasting, Opening opening)
            throws IOException, StartFailure {
        try {
            Optional<String> lost = EphemeralAudit.problem(config.audit(), lasting.pod());
            if (lost.isPresent()) {
                throw StartFailure.of(List.of(new ConfigError(new Place(config.file(), 1, 1, "audit"), lost.get())));
            }
            Assembler assembler = lasting.assembler();
            return switch (assembler.assemble(config)) {
                case Assembler.Assembled.Refused(List<ConfigError> errors) -> throw StartFailure.of(errors);
                case Assembler.Assembled.Ready ready -> {
                    Redactor redactor = redactor(config, operator);
                    AuditStore audit =
                            opening.open(ConfiguredWitness.settings(config.audit(), redactor, lasting.clock()));
                    yield serve(
                            config,
                            operator,
                            ready,
                            new ProxyServer(config, lasting, assembler, ready, redactor, audit));
                }
            };
        } catch (StartFailure | IOException | RuntimeException | Error failure) {
            lasting.close();
            throw failure;
        }
    }

    private static Redactor redactor(GatewayConfig config, OperatorTokens.Resolved operator) throws StartFailure {
        try {
            return new Redactor(config, operator.secret());
        } catch (IOException failure) {
            throw new StartFailure("the audit log cannot be opened: " + failure.getMessage(), failure);
        }
    }

    private static ProxyServer serve(
            GatewayConfig config, OperatorTokens.Resolved operator, Assembler.Assembled.Ready ready, ProxyServer server)
            throws StartFailure {
        try {
            ready.warnings().forEach(warning -> log.warn("{}", warning));
            tellToken(config, operator);
            server.begin(operator.made() != null);
            return server;
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw new StartFailure(failure.getMessage() == null ? failure.toString() : failure.getMessage(), failure);
        } catch (Error failure) {
            closeAfter(failure, server);
            throw failure;
        }
    }

    /** What cannot be loaded for the start may lack for the end as well; then it is the first that is told. */
    private static void closeAfter(Error failure, ProxyServer server) {
        try {
            server.close();
        } catch (RuntimeException | Error further) {
            failure.addSuppressed(further);
        }
    }

    /** A token that had to be made is told once; else nobody could get in. */
    private static void tellToken(GatewayConfig config, OperatorTokens.Resolved operator) {
        if (operator.made() != null && config.identity().logGeneratedToken()) {
            log.warn("made an operator token, shown only now: {}", operator.made());
        } else if (operator.made() != null) {
            log.warn("made an operator token, see {}", config.dataDir().resolve(OperatorTokens.FILE));
        }
    }
}
