// SPDX-License-Identifier: Apache-2.0
/*
 * Transfer meter -> card (docs/transfer.md, docs/protocol/card-session.md): one meter, one card, the channel is the intruder's.
 *
 * What an honest side ever sent stays known, and a receiver may be given any of it at any time, or nothing: loss, delay, duplication,
 * replay, reordering and mixing of sessions are that. MACs are not forged: a message is a fact about the session it was made in.
 * A session is a pair of nonces: `cn` of the card, `mn` of the meter, and the secret `k`. A nonce is used once by who made it.
 * The card may lose its power at any write, the meter may be killed between any two of its steps; both keep what is durable.
 *
 *   BROKEN 1  the meter takes a missing receipt as "not applied"
 *   BROKEN 2  the meter sends the load before SENT is on record
 *   BROKEN 3  the card credits, and moves count and secret in a second write
 *   BROKEN 4  the card obeys a load of a session that is over
 *   BROKEN 5  the card repeats its nonce
 *   BROKEN 6  the card credits before it checks the transfer number, and the load may be repeated in the session
 *
 * The data centre settles what stays in doubt: as done at any time, as undone only with a receipt of the card in which the load's number
 * belongs to something else; orders are facts, too. The card may come back before or after. What was ordered done and is not on the card is
 * refunded, once.
 *
 *   BROKEN 7  an order is obeyed for whatever is in doubt
 *   BROKEN 8  the data centre orders undone without the card's receipt
 *   BROKEN 9  the data centre refunds an order that was done without the card's answer
 *   BROKEN 10 the secret moves with the order, without the card's answer
 *   BROKEN 11 an order is obeyed each time it comes
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
#ifndef MONEY
#define MONEY 2
#endif

#define NONE 0
#define INTENDED 1
#define SENT 2
#define DONE 3
#define UNDONE 4
#define SETTLED_DONE 5
#define SETTLED_UNDONE 6
#define NOT_ON_CARD 7
#define AWAITS (stage == SENT || stage == SETTLED_DONE || stage == SETTLED_UNDONE)
#ifndef DEBITS
#define DEBITS 1
#endif
#define NUMBERS (MONEY + DEBITS + 1)
#define OWED(i) (missing[i] && !refunded[i])
#if MEETINGS < 4
#define MISSED (OWED(1) + OWED(2) + OWED(3))
#else
#define MISSED (OWED(1) + OWED(2) + OWED(3) + OWED(4))
#endif

/* durable, card */
byte bal, count, secret;
/* its transaction number, for loads and all else that changes value; receipts of what is no load */
byte tx, debits;
bool other[NUMBERS + 1];
/* durable, meter: vault D T X, journal */
byte D = MONEY, T, X, stage, number, key, next;
/* how often value was moved to X and how often taken back: a double credit would show */
byte dones, undones, intents;
/* the load's number on the card, and the transfer's id; durable with its record */
byte loadTx, id;
/* data centre: what was reported (the load's number), decided, refunded by id; orders given */
byte reported[5], ordered[5];
bool missing[5], refunded[5];
byte R;

/* what was sent: facts by session */
byte cMn[NONCES + 1], cKey[NONCES + 1], cState[NONCES + 1], cTx[NONCES + 1]; /* card: INIT's answer; state told (1 + count), number */
bool cReceipt[NONCES + 1], cRefused[NONCES + 1];
byte mCn[MEETINGS + 1], mKey[MEETINGS + 1];                 /* meter: its proof, for that nonce of the card */
bool mAsk[MEETINGS + 1], mLoad[MEETINGS + 1];
byte mNumber[MEETINGS + 1], mTx[MEETINGS + 1];
bool cardOver, meterOver;

#define SAME(m, c) (mCn[m] == c && cMn[c] == m && mKey[m] == cKey[c])

active proctype Card() {
    byte cn, fresh, i, mn;
    byte at; /* 0 no session, 1 waits for the meter's first command, which opens the session, 2 state told, 3 load obeyed */
    do
    :: fresh < NONCES ->
        /* INIT PAIR by anybody, with any nonce of a meter; a session before it is over */
        atomic {
            select(mn : 1 .. MEETINGS);
#if BROKEN == 5
            select(i : 1 .. NONCES);
            if
            :: cMn[i] == mn && cKey[i] == secret -> cn = i
            :: else -> fresh++; cn = fresh
            fi; i = 0;
#else
            fresh++; cn = fresh;
#endif
            cMn[cn] = mn; cKey[cn] = secret; at = 1; mn = 0
        }
    :: atomic { at == 1 && SAME(cMn[cn], cn) && mAsk[cMn[cn]] -> cState[cn] = 1 + count; cTx[cn] = tx; at = 2 }
#if BROKEN == 4
    :: cn > 0 -> atomic {
        select(i : 1 .. MEETINGS);
        if
        :: mLoad[i] && mKey[i] == secret -> bal++; count++; secret++; tx++
        :: else -> skip
        fi; i = 0 }
#endif
#if BROKEN == 6
    :: atomic { (at == 2 || at == 3) && SAME(cMn[cn], cn) && mLoad[cMn[cn]] && bal < 5 -> bal++;
        if
        :: mNumber[cMn[cn]] == count + 1 -> count++; secret++; tx++; cReceipt[cn] = true
        :: else -> skip
        fi; at = 3 }
#else
    :: at == 2 && SAME(cMn[cn], cn) && mLoad[cMn[cn]] ->
        if
        :: mNumber[cMn[cn]] == count + 1 && mTx[cMn[cn]] == tx + 1 ->
#if BROKEN == 3
            bal++;
            if
            :: atomic { count++; secret++; tx++ }
            :: at = 0; goto torn
            fi;
#else
            atomic { bal++; count++; secret++; tx++; at = 3 };
#endif
            /* the answer leaves, or the power goes before it */
            if
            :: atomic { cReceipt[cn] = true; at = 3 }
            :: at = 0
            fi
        :: atomic { else -> cRefused[cn] = true; at = 3 }
        fi
#endif
    :: atomic { debits < DEBITS && tx < NUMBERS -> debits++; tx++; other[tx] = true; at = 0 } /* elsewhere */
    :: at = 0; /* power cut, junk, a command in clear, another selection */
    torn: skip
    :: cardOver = true; break
    od
}

/* The vault does what the journal says; may be repeated. */
inline follow() {
    if
    :: atomic { (stage == UNDONE || stage == SETTLED_UNDONE) && T > 0 -> T--; D++; undones++ }
    :: atomic { (stage == DONE || stage == SETTLED_DONE || stage == NOT_ON_CARD) && T > 0 -> T--; X++; dones++ }
    :: else -> skip
    fi
}

/* The card's authenticated answer on `c` decides (rule T7); what was ordered only tells where the card is. */
inline resolve(c) {
    if
    :: AWAITS && mKey[mn] == next && cState[c] == 1 + number ->
        atomic { assert(stage != SETTLED_UNDONE); stage = DONE; key = next };
        if :: skip :: goto killed fi;
        follow()
    :: AWAITS && mKey[mn] == key && cState[c] == number ->
        atomic {
            if
            :: stage == SETTLED_DONE -> stage = NOT_ON_CARD; missing[id] = true
            :: else -> stage = UNDONE
            fi
        };
        if :: skip :: goto killed fi;
        follow()
    :: else -> skip
    fi
}

active proctype Meter() {
    byte mn, c;
killed:
    /* journal first, the vault follows it */
    c = 0;
    if
    :: atomic { stage == INTENDED -> stage = UNDONE }
    :: else -> skip
    fi;
    follow();
meeting:
    if
    :: skip
    :: atomic { stage == SENT && loadTx > 0 -> reported[id] = loadTx } /* a session with the data centre */
    fi;
    /* an order comes, in such a session or by hand; no transfer runs */
    if
    :: skip
#if BROKEN == 7
    :: atomic {
        select(c : 1 .. MEETINGS);
        if
        :: stage == SENT && ordered[c] == DONE -> stage = SETTLED_DONE
        :: stage == SENT && ordered[c] == UNDONE -> stage = SETTLED_UNDONE
        :: else -> skip
        fi; c = 0 };
        follow()
#else
    :: atomic { stage == SENT && ordered[id] == DONE -> stage = SETTLED_DONE;
#if BROKEN == 10
        key = next; stage = DONE
#endif
        };
        if :: skip :: goto killed fi;
        follow()
    :: atomic { stage == SENT && ordered[id] == UNDONE -> stage = SETTLED_UNDONE };
        if :: skip :: goto killed fi;
        follow()
#endif
#if BROKEN == 11
    :: atomic { stage == SETTLED_DONE && ordered[id] == DONE && D > 0 -> D--; X++; dones++ }
#endif
    fi;
    if
    :: mn < MEETINGS -> mn++
    :: goto over
    fi;
    /* an answer to INIT that proves a secret that the meter looks for: the present one, or the next of what is in doubt */
    atomic {
        select(c : 1 .. NONCES);
        if
        :: cMn[c] == mn && (cKey[c] == key || (AWAITS && cKey[c] == next)) -> mCn[mn] = c; mKey[mn] = cKey[c]
        :: else -> c = 0; goto meeting
        fi
    };
    mAsk[mn] = true;
    if
    :: SAME(mn, c) && cState[c] > 0 -> skip
    :: c = 0; goto meeting
    fi;
    resolve(c);
    if
    :: D > 0 && !AWAITS && mKey[mn] == key -> skip
    :: c = 0; goto meeting
    :: goto killed
    fi;
    atomic { stage = INTENDED; intents++; id = intents; loadTx = 0; number = 0; next = 0 };
    if :: skip :: goto killed fi;
    atomic { D--; T++ };
    if :: skip :: goto killed fi;
#if BROKEN == 2
    atomic { mNumber[mn] = cState[c]; mTx[mn] = cTx[c] + 1; mLoad[mn] = true };
    if :: skip :: goto killed fi;
    atomic { stage = SENT; number = cState[c]; loadTx = cTx[c] + 1; next = key + 1 };
#else
    atomic { stage = SENT; number = cState[c]; loadTx = cTx[c] + 1; next = key + 1 };
    if :: skip :: goto killed fi;
    atomic { mNumber[mn] = cState[c]; mTx[mn] = cTx[c] + 1; mLoad[mn] = true };
#endif
    if
    :: SAME(mn, c) && cReceipt[c] ->
        atomic { stage = DONE; key = next };
        if :: skip :: goto killed fi;
        atomic { T--; X++; dones++ }
    :: SAME(mn, c) && cRefused[c] ->
        stage = UNDONE;
        if :: skip :: goto killed fi;
        atomic { T--; D++; undones++ }
#if BROKEN == 1
    :: stage = UNDONE; atomic { T--; D++; undones++ }
#endif
    :: skip /* nothing came: in doubt */
    :: goto killed
    fi;
    c = 0;
    goto meeting;
over:
    meterOver = true;
    /* When all is quiet one undisturbed meeting leaves nothing in doubt and every unit in one place. */
    atomic {
        cardOver ->
        if
        :: stage == INTENDED -> stage = UNDONE
        :: AWAITS && secret == next && count == number -> assert(stage != SETTLED_UNDONE); stage = DONE; key = next
        :: AWAITS && secret == key && count + 1 == number ->
            if
            :: stage == SETTLED_DONE -> stage = NOT_ON_CARD; missing[id] = true
            :: else -> stage = UNDONE
            fi
        :: else -> assert(!AWAITS)
        fi;
        if
        :: stage == UNDONE && T > 0 -> T--; D++
        :: (stage == DONE || stage == NOT_ON_CARD) && T > 0 -> T--; X++
        :: else -> skip
        fi;
        for (c : 1 .. MEETINGS) {
            if
            :: OWED(c) -> refunded[c] = true; R++
            :: else -> skip
            fi
        };
        assert(T == 0 && X == bal + R && D + bal + R == MONEY && key == secret)
    }
}

#if BROKEN == 8
#define PROVEN(i) true
#else
#define PROVEN(i) other[reported[i]]
#endif
#if BROKEN == 9
#define UNPAID(i) !refunded[i]
#else
#define UNPAID(i) OWED(i)
#endif
#define CASE(i) \
    :: atomic { reported[i] > 0 && ordered[i] == NONE -> ordered[i] = DONE } \
    :: atomic { reported[i] > 0 && ordered[i] == NONE && PROVEN(i) -> ordered[i] = UNDONE } \
    :: atomic { ordered[i] == DONE && UNPAID(i) -> refunded[i] = true; R++ }

active proctype Centre() {
end:
    do
    CASE(1)
    CASE(2)
    CASE(3)
#if MEETINGS > 3
    CASE(4)
#endif
    od
}

/* At every moment: the meter's sum stands, card and refunds have at most what was moved or is in transit, and what was moved is on the card,
   refunded, or ordered and not answered for. */
active proctype Watch() {
end:
    atomic {
        !(D + T + X == MONEY && bal + R <= X + T && T <= 1 && dones + undones <= intents
            && (stage == SETTLED_DONE || stage == NOT_ON_CARD || X <= bal + R + MISSED)
            && (!AWAITS || (secret == key && count + 1 == number) || (secret == next && count == number))
            && (AWAITS || secret == key)) ->
        assert(false)
    }
}
