// SPDX-License-Identifier: Apache-2.0
package org.porto.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.replaceConfigurationFile;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.ops4j.pax.exam.util.Filter;
import org.osgi.framework.BundleContext;

/** The data centre as it ships, with the meter's features installed beside it: the main job inside one container. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MainJobIT {

    private static final String CHANNEL = "org.porto.tms.channel.cfg";

    @Inject
    private BundleContext context;

    @Inject
    @Filter(timeout = Containers.BOOT_MILLIS_MAX)
    private SessionFactory sessions;

    @Inject
    @Filter(timeout = Containers.BOOT_MILLIS_MAX)
    private FeaturesService features;

    @Inject
    @Filter(timeout = Containers.BOOT_MILLIS_MAX)
    private BootFinished booted;

    @Configuration
    public Option[] configuration() {
        List<Option> options = Containers.of("datacentre");
        File meter = new File(System.getProperty("porto.assemblies"), "meter/target/assembly");
        String port = Containers.freePort();
        options.add(editConfigurationFilePut("etc/org.apache.felix.http.cfg", "org.osgi.service.http.port", port));
        // files that are replaced are replaced last: what differs from the meter's own configuration is put key by key
        for (File file : new File(meter, "etc").listFiles((d, n) -> n.startsWith("org.porto.") && !n.equals(CHANNEL))) {
            options.add(replaceConfigurationFile("etc/" + file.getName(), file));
        }
        options.add(editConfigurationFilePut("etc/" + CHANNEL, "host.url", "http://127.0.0.1:" + port));
        options.add(editConfigurationFilePut("etc/" + CHANNEL, "trust.directory", "${karaf.base}/trust"));
        options.add(editConfigurationFilePut("etc/" + CHANNEL, "timeout.ms", "30000"));
        options.add(editConfigurationFilePut("etc/org.porto.merchant.point.cfg", "device", "SHOP0009"));
        options.add(editConfigurationFilePut("etc/org.porto.merchant.point.cfg", "currency", "USD"));
        options.add(editConfigurationFilePut(
                "etc/org.porto.merchant.point.cfg", "directory", "${karaf.base}/store/merchant"));
        options.add(editConfigurationFilePut(
                "etc/org.ops4j.pax.url.mvn.cfg",
                "org.ops4j.pax.url.mvn.defaultRepositories",
                "file:${karaf.home}/${karaf.default.repository}@id=system.repository@snapshots, file:"
                        + meter + "/system@id=meter@snapshots"));
        // no waiting for a card that this test itself keeps away
        options.add(editConfigurationFilePut("etc/org.porto.settlement.core.cfg", "settle.wait.hours", "0"));
        return options.toArray(new Option[0]);
    }

    @Test
    public void moneyWalksTheWholeWay() throws Exception {
        features.installFeatures(
                Set.of("porto-merchant", "porto-print-driver-file"),
                EnumSet.of(FeaturesService.Option.NoAutoRefreshBundles));
        Health health = new Health(context);
        assertEquals(List.of(), health.unsatisfied(35));
        assertEquals(List.of(), health.inactive());
        Shell shell = new Shell(sessions);

        shell.run("issuer:customer ACME 'Acme'");
        shell.run("issuer:customer SHOP 'Shop'");
        shell.run("tms:enrol " + code(shell, "PM000001 METER ACME"));
        shell.run("merchant:enrol " + code(shell, "--iban GB29NWBK60161331926819 SHOP0009 MERCHANT SHOP"));
        shell.run("card:create itest");
        shell.run("card:insert itest");
        String card = shell.json("issuer:card itest ACME", "31415\n").get("card").asText();
        shell.run("issuer:pair PM000001 " + card);

        JsonNode deposit = shell.json("bank:import " + notice());
        assertEquals(1, deposit.get("booked").asInt());
        assertEquals(500_000, shell.json("tms:refill 500").get("amount").asLong());
        shell.run("tms:sync");
        assertTrue(shell.json("card:status").get("paired").asBoolean());
        String moved = shell.json("card:transfer 50", "31415\n").get("transaction").asText();
        assertEquals("DONE", shell.json("transfer:show " + moved).get("state").asText());
        assertEquals(121, shell.json("transfer:list").get(0).get("block").asInt());
        assertEquals(8, shell.run("transfer:show --steps --no-format " + moved).lines().filter(l -> l.contains("Z")).count());
        assertEquals(50_000, shell.json("card:log").get(0).get("amount").asLong());
        shell.run("card:insert itest");
        assertTrue(shell.run("card:pin-change", "31415\n271828\n").contains("PIN changed"));
        assertTrue(shell.run("card:pin-change", "271828\n31415\n").contains("PIN changed"));
        JsonNode piece = shell.json("frank:piece --class letter-1oz --recipient Itest 0.74");
        assertEquals(1, piece.get("pieceCount").asLong());
        assertEquals(1, shell.json("indicium:verify " + piece.get("indicium").asText()).get("pieceCount").asLong());
        shell.json("frank:piece --class flat-1oz --card 1.63");
        shell.json("authorisation:request " + card + " 25");
        shell.run("tms:sync");
        shell.json("recharge:apply");
        shell.json("merchant:purchase 10");
        shell.run("tms:sync");
        assertEquals(1, shell.json("merchant:submit").get("accepted").asInt());
        assertEquals(10_000, shell.json("bank:payout").get("amount").asLong());
        shell.run("tms:sync");

        Map<String, Long> accounts = new HashMap<>();
        shell.json("account:list").forEach(a -> accounts.put(a.get("account").asText(), a.get("balance").asLong()));
        JsonNode registers = shell.json("register:show");
        JsonNode status = shell.json("card:status");
        assertEquals(500_000 - 50_000 - 740, registers.get("descending").asLong());
        assertEquals(50_000 + 25_000 - 1_630 - 10_000, status.get("balance").asLong());
        assertEquals(registers.get("descending").asLong(), (long) accounts.get("float:meter:PM000001"));
        assertEquals(status.get("balance").asLong(), (long) accounts.get("float:card:" + card));
        assertEquals(740L + 1_630L, (long) accounts.get("postal:authority"));
        assertTrue(shell.json("ledger:verify").get("ok").asBoolean());
        assertTrue(shell.json("register:verify").get("ok").asBoolean());
        assertTrue(shell.json("settlement:float").get("holds").asBoolean());
        settled(shell, card);
    }

    /** Rule T7: what is in T and will never be told by its card is ended by an order of the data centre, and only by that. */
    private void settled(Shell shell, String card) throws Exception {
        String id = "5e771e00000000000000000000000001";
        InTransit.post(context, id, 3_000, card);
        assertEquals(id, shell.json("transfer:list --in-doubt").get(0).get("transaction").asText());
        shell.run("tms:sync");
        JsonNode doubt = shell.json("settlement:list --open").get(0);
        assertEquals("IN_DOUBT", doubt.get("state").asText());
        assertEquals(3_000, doubt.get("amount").asLong());
        refused("SET-014", shell, "settlement:settle --reason lost --yes " + id + " undone");
        assertTrue(shell.run("settlement:settle --reason lost " + id + " done").contains("nothing ordered"));
        assertEquals("ORDERED_DONE", shell.json("settlement:settle --reason lost --yes " + id + " done").get("state").asText());
        String order = shell.json("settlement:order " + id).get("order").asText();
        assertEquals(1, shell.json("tms:sync").get("settlements").asInt());
        refused("TRF-009", shell, "transfer:settle " + order.replaceFirst("^.", "A"));
        assertTrue(shell.json("transfer:settle " + order).get("settled").asBoolean());
        JsonNode registers = shell.json("register:show");
        assertEquals(0, registers.get("inTransit").asLong());
        assertEquals(53_000, registers.get("transferOut").asLong());
        assertEquals("AGREED", shell.json("settlement:show " + id).get("state").asText());
        shell.run("tms:sync");
        assertTrue(shell.json("settlement:float").get("holds").asBoolean());
        assertTrue(shell.json("ledger:verify").get("ok").asBoolean());
    }

    private static void refused(String code, Shell shell, String command) {
        Exception e = assertThrows(Exception.class, () -> shell.run(command));
        assertTrue(e.toString(), String.valueOf(e.getMessage()).startsWith(code));
    }

    private static String code(Shell shell, String device) throws Exception {
        return shell.json("issuer:register " + device).get("code").asText();
    }

    private static Path notice() throws Exception {
        Path file = Files.createTempFile("camt054-", ".xml");
        Files.writeString(file, """
                <?xml version="1.0" encoding="UTF-8"?>
                <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
                <GrpHdr><MsgId>IT-1</MsgId><CreDtTm>2026-01-01T00:00:00Z</CreDtTm></GrpHdr>
                <Ntfctn><Id>N1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>
                <Ntry><Amt Ccy="USD">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
                <AcctSvcrRef>IT-REF-1</AcctSvcrRef>
                <BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>
                <NtryDtls><TxDtls><Refs><AcctSvcrRef>IT-REF-1</AcctSvcrRef></Refs><Amt Ccy="USD">1000.00</Amt>
                <CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>DEPOSIT ACME</Ustrd></RmtInf></TxDtls></NtryDtls>
                </Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
                """);
        return file;
    }
}
