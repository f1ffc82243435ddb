package dev.pavise.proxy.cli;

import dev.pavise.proxy.client.GatewayFile;
import java.time.Duration;
import picocli.CommandLine.Mixin;

/** The options that say which gateway is meant, for commands that need one that runs. */
final class ToolPlace {
    @Mixin
    private ConfigSource source = new ConfigSource();

    @Mixin
    private ServerOptions server = new ServerOptions();

    /** Nothing is sent before the first request. */
    RunningGateway open(Surroundings surroundings) {
        server.check();
        DataPlace data = DataPlace.find(source.choice(), surroundings);
        String url = server.url(surroundings);
        if (url != null) {
            return new RunningGateway(server.named(url, data, surroundings));
        }
        return switch (GatewayFile.read(data.dataDir())) {
            case GatewayFile.Reading.Found(GatewayFile file)
            when file.isAlive() -> new RunningGateway(server.reach(file.target(), file.ca(), data, surroundings));
            case GatewayFile.Reading.Unfit(String message) -> throw CommandFailure.wanting(message);
            default ->
                throw CommandFailure.wanting("no gateway runs on `" + data.dataDir()
                        + "`; start one, or name one by --server or PAVISE_URL");
        };
    }

    /** The same, for what takes longer than other requests. */
    RunningGateway open(Surroundings surroundings, Duration silence) {
        return open(surroundings).patient(silence);
    }
}
