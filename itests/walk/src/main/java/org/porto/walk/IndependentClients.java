// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.porto.launcher.LauncherException;

/** Programs of other people at the card: opensc-tool and scriptor. Only what they print counts. */
final class IndependentClients {

    private static final String SELECT = "00A4040007F0504F52544F01";
    /** After the selection: what is sent, and the status word of ISO/IEC 7816-4 that must come. */
    private static final Map<String, String> REFUSED = refused();
    /** Data of the selection's answer: AID, version, and the state that follows. */
    private static final String PUBLIC_STATUS = "6F118407F0504F52544F01A506C00101C101";

    private static final Pattern OPENSC_WORD = Pattern.compile("Received \\(SW1=0x(..), SW2=0x(..)\\)");
    private static final Pattern OPENSC_DATA = Pattern.compile("(?m)^((?:[0-9A-F]{2} )+)");
    private static final Pattern SCRIPTOR_ANSWER = Pattern.compile("(?m)^< ([0-9A-F \\n]+)");

    private final Path socket;
    private final String slot;
    private final Path log;

    IndependentClients(Path socket, String slot, Path log) {
        this.socket = socket;
        this.slot = slot;
        this.log = log;
    }

    private static Map<String, String> refused() {
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("80000000", "6D00"); // INS unknown
        commands.put("80F2000000", "6D00"); // INS known under secure messaging only
        commands.put("90500000", "6E00"); // CLA unknown
        commands.put("805000000100", "6700"); // INIT PAIR with one byte
        commands.put("8050010018" + "00".repeat(24), "6A86"); // with P1
        commands.put("8050000118" + "00".repeat(24), "6A86"); // with P2
        return commands;
    }

    /** @param state of the purse that its public status must tell. @return what was wrong */
    List<String> run(int state) throws LauncherException {
        List<String> wrong = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        wanted.add(PUBLIC_STATUS + "%02X".formatted(state) + "9000");
        wanted.addAll(REFUSED.values());
        compare("opensc-tool", wanted, openscTool(), wrong);
        compare("scriptor", wanted, scriptor(), wrong);
        return wrong;
    }

    /** How many answers were looked at. */
    int checks() {
        return 2 * (1 + REFUSED.size());
    }

    private static void compare(String program, List<String> wanted, List<String> found, List<String> wrong) {
        if (!found.equals(wanted)) {
            wrong.add(program + " got " + found + ", not " + wanted);
        }
    }

    private List<String> openscTool() throws LauncherException {
        List<String> line = new ArrayList<>(List.of("opensc-tool", "--reader", slot));
        commands().forEach(command -> line.addAll(List.of("--send-apdu", command)));
        String text = output(line, "");
        List<String> answers = new ArrayList<>();
        for (String part : text.split("Sending: [0-9A-F ]+")) {
            Matcher word = OPENSC_WORD.matcher(part);
            if (word.find()) {
                StringBuilder answer = new StringBuilder();
                Matcher data = OPENSC_DATA.matcher(part);
                while (data.find()) {
                    answer.append(data.group(1).replace(" ", ""));
                }
                answers.add((answer.toString() + word.group(1) + word.group(2)).toUpperCase(Locale.ROOT));
            }
        }
        return answers;
    }

    private List<String> scriptor() throws LauncherException {
        StringBuilder script = new StringBuilder();
        for (String command : commands()) {
            script.append(command.replaceAll("(..)", "$1 ").strip()).append('\n');
        }
        String text = output(List.of("scriptor", "-r", slot), script.toString());
        List<String> answers = new ArrayList<>();
        Matcher answer = SCRIPTOR_ANSWER.matcher(text);
        while (answer.find()) {
            answers.add(answer.group(1).replaceAll("\\s", ""));
        }
        return answers;
    }

    private static List<String> commands() {
        List<String> commands = new ArrayList<>(List.of(SELECT));
        commands.addAll(REFUSED.keySet());
        return commands;
    }

    private String output(List<String> line, String input) throws LauncherException {
        Path out = log.resolve(line.get(0) + ".log");
        Path in = log.resolve(line.get(0) + ".in");
        try {
            Files.writeString(in, input);
            ProcessBuilder builder = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile());
            builder.environment().put("PCSCLITE_CSOCK_NAME", socket.toString());
            Process process = builder.start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return Files.readString(out, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new LauncherException("cannot run " + line.get(0) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted", e);
        }
    }
}
