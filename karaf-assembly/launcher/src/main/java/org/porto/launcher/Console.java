// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.io.input.NoCloseInputStream;
import org.apache.sshd.common.util.io.output.NoCloseOutputStream;

/** A console of one instance over SSH: our key, and only the host key that set-up made. One thread at a time. */
public final class Console implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

    /** @param exit 0 when the command ended well */
    public record Result(int exit, String out, String err) {}

    private final SshClient client;
    private final int port;
    private final KeyPair own;

    public Console(int port, KeyPair own, PublicKey host) {
        this.port = port;
        this.own = own;
        client = SshClient.setUpDefaultClient();
        client.setServerKeyVerifier((s, address, key) -> KeyUtils.compareKeys(host, key));
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setHostConfigEntryResolver(org.apache.sshd.client.config.hosts.HostConfigEntryResolver.EMPTY);
        // the post-quantum exchanges that come first otherwise cost a tenth of a second a command, and this is the loopback
        client.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(
                true, List.of(BuiltinDHFactories.ecdhp256), ClientBuilder.DH2KEX));
        client.start();
    }

    /** One connection a command: Karaf ends the whole session with the command that it executes. */
    private ClientSession connect() throws LauncherException {
        ClientSession session = null;
        try {
            session = client.connect("admin", "127.0.0.1", port).verify(CONNECT_LIMIT).getSession();
            session.addPublicKeyIdentity(own);
            session.auth().verify(CONNECT_LIMIT);
            return session;
        } catch (IOException e) {
            if (session != null) {
                session.close(true);
            }
            throw new LauncherException("no console at 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
    }

    /** Connects, and nothing else: who answers has the host key and knows ours. */
    public void greet() throws LauncherException {
        connect().close(true);
    }

    /** Runs a command and collects what it says. @param input given to its prompts, a line each */
    public Result run(String command, String input, Duration limit) throws LauncherException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = run(command, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), out, err, limit);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a command on these streams, which stay open. @return its exit code */
    public int run(String command, InputStream in, OutputStream out, OutputStream err, Duration limit)
            throws LauncherException {
        try (ClientSession session = connect();
                ChannelExec channel = session.createExecChannel(command)) {
            channel.setIn(new NoCloseInputStream(in));
            channel.setOut(new NoCloseOutputStream(out));
            channel.setErr(new NoCloseOutputStream(err)); // a lost connection still has to be told there
            channel.open().verify(CONNECT_LIMIT);
            Set<ClientChannelEvent> events = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), limit);
            if (events.contains(ClientChannelEvent.TIMEOUT)) {
                throw new LauncherException("no end of '" + command + "' within " + limit.toSeconds() + " s");
            }
            Integer exit = channel.getExitStatus();
            if (exit == null) {
                throw new LauncherException("connection lost during '" + command + "'");
            }
            return exit;
        } catch (IOException e) {
            throw new LauncherException("connection lost during '" + command + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        client.stop();
    }
}
