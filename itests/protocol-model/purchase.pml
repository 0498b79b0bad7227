// SPDX-License-Identifier: Apache-2.0
/*
 * Purchase at a merchant point (card.md: DEBIT, PROVE DEBIT; rule M1): one card, one point that may be killed between any two steps,
 * another point that debits the same card in between, the data centre that pays for receipts. Channel, intruder and sessions as in
 * transfer.pml; the session's secret is of one agreement on the card's fresh point, so a pair of nonces names it. INIT's answer carries the
 * card's signature and status; the first command, a proof asked for or a debit, is the point's proof by its MAC. A receipt is signed by
 * the card and may be submitted by whoever has it, as often as he likes. The debit log holds LOG lines.
 *
 *   BROKEN 1  the point takes a missing receipt as "not paid"
 *   BROKEN 2  the card proves an absence that its log no longer reaches back to
 *   BROKEN 3  the data centre pays for a receipt twice
 *   BROKEN 4  the point has the intent on record only after the debit
 *   BROKEN 5  the card obeys a debit of a session that is over
 *   BROKEN 6  the card repeats its nonce, and its numbers are not looked at
 */
#ifndef BROKEN
#define BROKEN 0
#endif
#ifndef MEETINGS
#define MEETINGS 3
#endif
#ifndef NONCES
#define NONCES 3
#endif
#ifndef OTHERS
#define OTHERS 2
#endif
#define MONEY 3
#define LOG 2
#define SALES (MEETINGS + 1)

#define NONE 0
#define OPEN 1
#define PAID 2
#define NOTPAID 3

/* durable, card: balance, spent at this point and at others, transaction number, log of (peer's number or 0 for others, transaction) */
byte bal = MONEY, mine, others, trans;
byte logNumber[LOG], logTrans[LOG], lines;
byte debited[SALES];     /* ghost: how often number n was debited */
/* durable, point */
byte sale[SALES], before[SALES], numbers;
/* durable, data centre */
byte credited;
bool taken[SALES];
bool receipt[SALES];     /* signed receipts that the world has */

byte cMn[NONCES + 1], cTrans[NONCES + 1], cDone[NONCES + 1];
byte cProof[NONCES + 1]; /* 1 receipt, 2 absent, 3 log too short */
byte mCn[MEETINGS + 1], mDebit[MEETINGS + 1], mProve[MEETINGS + 1];
bool cardOver;

#define SAME(m, c) (mCn[m] == c && cMn[c] == m)

inline append(n) {
    trans++;
    if
    :: lines < LOG -> lines++
    :: else -> skip
    fi;
    logNumber[1] = logNumber[0]; logTrans[1] = logTrans[0];
    logNumber[0] = n; logTrans[0] = trans
}

inline debit(n) {
    bal--; mine++; debited[n]++; append(n); receipt[n] = true
}

active proctype Card() {
    byte cn, fresh, mn, n, i;
    byte at; /* 0 none, 1 waits for the point's first command, which opens the session, 2 proof given, 3 debit obeyed */
    do
    :: fresh < NONCES -> atomic {
        select(mn : 1 .. MEETINGS);
#if BROKEN == 6
        select(i : 1 .. NONCES);
        if
        :: cMn[i] == mn -> cn = i
        :: else -> fresh++; cn = fresh
        fi; i = 0;
#else
        fresh++; cn = fresh;
#endif
        cMn[cn] = mn; cTrans[cn] = 1 + trans; at = 1; mn = 0 } /* the answer to INIT tells the status */
    :: atomic { at == 1 && SAME(cMn[cn], cn) && mProve[cMn[cn]] > 0 ->
        n = mProve[cMn[cn]];
        if
        :: lines > 0 && logNumber[0] == n -> cProof[cn] = 1
        :: lines > 1 && logNumber[1] == n -> cProof[cn] = 1
        :: else ->
            if
#if BROKEN != 2
            :: lines == LOG && logTrans[LOG - 1] > before[n] + 1 -> cProof[cn] = 3
#endif
            :: else -> cProof[cn] = 2
            fi
        fi;
        n = 0; at = 2 }
    :: (at == 1 || at == 2) && SAME(cMn[cn], cn) && mDebit[cMn[cn]] > 0 ->
        atomic {
            n = mDebit[cMn[cn]];
            i = 0;
            if
#if BROKEN != 6
            :: (lines > 0 && logNumber[0] >= n) || (lines > 1 && logNumber[1] >= n) -> cDone[cn] = 2
#endif
            :: else ->
                if
                :: bal > 0 -> debit(n); i = 1
                :: else -> cDone[cn] = 2
                fi
            fi;
            n = 0; at = 3
        };
        if
        :: atomic { i == 1 -> cDone[cn] = 1; i = 0 }
        :: at = 0; i = 0
        fi
#if BROKEN == 5
    :: atomic { select(n : 1 .. MEETINGS);
        if
        :: mDebit[n] > 0 && mCn[n] > 0 && bal > 0 -> i = mDebit[n]; debit(i)
        :: else -> skip
        fi; n = 0; i = 0 }
#endif
    :: atomic { bal > 0 && others < OTHERS -> bal--; others++; append(0); at = 0 } /* a purchase elsewhere */
    :: at = 0
    :: cardOver = true; break
    od
}

active proctype Point() {
    byte mn, c, n, open;
killed:
    c = 0; n = 0;
meeting:
    open = 0;
    if
    :: mn < MEETINGS -> mn++
    :: goto over
    fi;
    atomic {
        select(c : 1 .. NONCES);
        if
        :: cMn[c] == mn -> mCn[mn] = c
        :: else -> c = 0; goto meeting
        fi
    };
    /* the one open sale with this card is asked about first; another is not begun before it is closed */
    n = 1;
    do
    :: n < SALES && sale[n] == OPEN -> break
    :: n < SALES && sale[n] != OPEN -> n++
    :: n == SALES -> n = 0; break
    od;
    if
    :: n > 0 ->
        mProve[mn] = n;
        if
        :: SAME(mn, c) && cProof[c] == 1 -> sale[n] = PAID
        :: SAME(mn, c) && cProof[c] == 2 -> sale[n] = NOTPAID
        :: SAME(mn, c) && cProof[c] == 3 -> goto over /* for the data centre to decide */
        :: c = 0; goto meeting
        :: goto killed
        fi
    :: else -> skip
    fi;
    if
    :: SAME(mn, c) && cTrans[c] > 0 -> skip
    :: c = 0; goto meeting
    fi;
    n = numbers + 1;
#if BROKEN == 4
    mDebit[mn] = n;
    if
    :: SAME(mn, c) && cDone[c] == 1 -> skip
    :: goto killed
    fi;
    atomic { numbers = n; before[n] = cTrans[c] - 1; sale[n] = OPEN };
#else
    atomic { numbers = n; before[n] = cTrans[c] - 1; sale[n] = OPEN };
    if :: skip :: goto killed fi;
    mDebit[mn] = n;
#endif
    if
    :: SAME(mn, c) && cDone[c] == 1 -> sale[n] = PAID
    :: SAME(mn, c) && cDone[c] == 2 -> sale[n] = NOTPAID
#if BROKEN == 1
    :: sale[n] = NOTPAID
#endif
    :: skip
    :: goto killed
    fi;
    c = 0;
    goto meeting;
over:
    atomic {
        cardOver ->
        /* one undisturbed meeting closes the open sale, unless the log of the card is too short, which is said */
        n = 1;
        do
        :: n < SALES ->
            if
            :: sale[n] == OPEN ->
                if
                :: (lines > 0 && logNumber[0] == n) || (lines > 1 && logNumber[1] == n) -> sale[n] = PAID
                :: else ->
                    if
                    :: lines == LOG && logTrans[LOG - 1] > before[n] + 1 -> sale[n] = (debited[n] -> PAID : NOTPAID)
                    :: else -> sale[n] = NOTPAID
                    fi
                fi
            :: else -> skip
            fi;
            assert((sale[n] == PAID) == (debited[n] == 1));
            n++
        :: else -> break
        od
    }
}

/* Receipts come in by whatever way, any number of times. */
active proctype DataCentre() {
    byte n;
    do
    :: atomic {
        select(n : 1 .. MEETINGS);
        if
#if BROKEN == 3
        :: receipt[n] && credited < 5 -> credited++; taken[n] = true
#else
        :: receipt[n] && !taken[n] -> credited++; taken[n] = true
#endif
        :: else -> skip
        fi; n = 0 }
    :: break
    od
}

#define CLOSED(n) (debited[n] <= 1 && (sale[n] != PAID || debited[n] == 1) && (sale[n] != NOTPAID || debited[n] == 0) \
    && (sale[n] != NONE || debited[n] == 0))

active proctype Watch() {
end:
    atomic {
        !(bal + mine + others == MONEY && credited <= mine && CLOSED(1) && CLOSED(2) && CLOSED(3)) -> assert(false)
    }
}
