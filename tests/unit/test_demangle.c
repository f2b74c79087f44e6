/* SPDX-License-Identifier: MIT */
/* test_demangle.c - symbol names read as the source has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "demangle.h"

static void reads_as(const char *mangled, const char *expected)
{
	char *readable = demangle(mangled);

	assert_string_equal(readable, expected);
	free(readable);
}

static void what_is_not_mangled_stays(void **state)
{
	static const char *const names[] = {
		"",   "_",	   "close",  "_start", "_Z",
		"_R", "main.cold", "_Zebra", "_Rust",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		reads_as(names[i], names[i]);
}

static void names_of_cxx_say_class_and_arguments(void **state)
{
	(void)state;
	reads_as("_ZN3net6Server6handleEi", "net::Server::handle(int)");
	reads_as("_ZN1a3h12Ev", "a::h12()");
	reads_as("_ZN1a1fEv.llvm.16602218463237152921", "a::f()");
	reads_as("_ZN1a1fERKSs.cold", "a::f(std::string const&) [clone .cold]");
}

static void names_of_older_rust_lose_their_hash(void **state)
{
	(void)state;
	reads_as("_ZN4core3ops8function6FnOnce9call_once17h0123456789abcdefE",
		 "core::ops::function::FnOnce::call_once");
	reads_as("_ZN58_$LT$std..net..tcp..TcpStream$u20$as$u20$std..io..Read"
		 "$GT$4read17h0123456789abcdefE",
		 "<std::net::tcp::TcpStream as std::io::Read>::read");
	reads_as("_ZN14_$LT$$RF$T$GT$1f17h0123456789abcdefE", "<&T>::f");
	reads_as("_ZN2m31a4conn6helper17hd48c4fd55c7e8321E.llvm."
		 "16602218463237152921",
		 "m3::a::conn::helper");
}

/* As LLVM's demangler reads them. */
static void names_of_newer_rust_are_read(void **state)
{
	static const char *const names[][2] = {
		{"_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar"},
		{"_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>"},
		{"_RNvMs0_NtCs1_7mycrate3netNtB5_6Server6handle",
		 "<mycrate::net::Server>::handle"},
		{"_RNvXCs1_1aNtB2_1SNtB2_1T1f", "<a::S as a::T>::f"},
		{"_RNvYNtC1a1SNtC1b1T1f", "<a::S as b::T>::f"},
		{"_RNCNvC1a4main0", "a::main::{closure#0}"},
		{"_RNCNvC1a4mains_0", "a::main::{closure#1}"},
		{"_RNSC1a4shim", "a::{shim:shim#0}"},
		{"_RINvC1a1fAhj8_E", "a::f::<[u8; 8]>"},
		{"_RINvC1a1fReShQlPxOyTicETbEE",
		 "a::f::<&str, [u8], &mut i32, *const i64, *mut u64, "
		 "(isize, char), (bool,)>"},
		{"_RINvC1a1fFUKCjEuE", "a::f::<unsafe extern \"C\" fn(usize)>"},
		{"_RINvC1a1fFG_RL0_eEbE",
		 "a::f::<for<'a> fn(&'a str) -> bool>"},
		{"_RINvC1a1fDNtC1b1Tp1XhEL_E", "a::f::<dyn b::T<X = u8>>"},
		{"_RINvC1a1fDINtC1b1ThEp1XmEL_E",
		 "a::f::<dyn b::T<u8, X = u32>>"},
		{"_RINvC1a1fINtC1b1ThEDB7_p1XmEL_E",
		 "a::f::<b::T<u8>, dyn b::T<u8, X = u32>>"},
		{"_RINvC1a1fKan5_Kb1_KpE", "a::f::<-5, true, _>"},
		{"_RINvC1a1fKo10000000000000000_E",
		 "a::f::<0x10000000000000000>"},
		{"_RINvC1a1fNtC1b1SB7_E", "a::f::<b::S, b::S>"},
		{"_RNvC1au5abc_d", "a::punycode{abc_d}"},
		{"_RNvC1a1f.llvm.123", "a::f"},
		{"_RINvC1a1fhEC1b", "a::f::<u8>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		reads_as(names[i][0], names[i][1]);
}

/* A number from 1 to 3844, as symbol names have it. */
static void base62(char out[4], size_t n)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	snprintf(out, 4, "%c%c_", digits[(n - 1) / 62], digits[(n - 1) % 62]);
}

/* A name of a few hundred bytes that stands for 2^levels numbers: each tuple
 * holds the one before it twice. */
static void doubling(char *name, int levels)
{
	size_t tuple;

	strcpy(name, "_RINvC1a1fThhE");
	tuple = strlen(name) - strlen("ThhE");
	while (levels--) {
		size_t next = strlen(name);
		char back[4];

		base62(back, tuple - strlen("_R"));
		sprintf(name + next, "TB%sB%sE", back, back);
		tuple = next;
	}
	strcat(name, "E");
}

/* Cut, damaged, or made to explode: shown as it is, and soon. */
static void hostile_names_stay_raw(void **state)
{
	static const char whole[] =
		"_RINvC1a1fINtC1b1ThEDB7_p1XmEL_FG_RL0_eEbAhj8_E";
	static const char *const names[] = {
		"_RNvC1a99999999999999999999f",
		"_RNvC1aB_",
		"_RB_",
		"_RNvB0_1f",
		"_RINvC1a1fRL5_eE",
		"_RINvC1a1fFGzzzzzzzz_uEuE",
		"_RNvC1a1f!",
		"_RINvC1a1fKe_E",
		"_RC9abc",
		"_RNvCszzzzzzzzzzzzz_1a1f",
	};
	char deep[4096] = "_R";
	char cut[sizeof(whole)];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		reads_as(names[i], names[i]);
	for (size_t len = 2; len < sizeof(whole) - 1; len++) {
		memcpy(cut, whole, len);
		cut[len] = '\0';
		reads_as(cut, cut);
	}
	memset(deep + 2, 'N', sizeof(deep) - 3);
	reads_as(deep, deep);
	doubling(deep, 1);
	reads_as(deep, "a::f::<(u8, u8), ((u8, u8), (u8, u8))>");
	doubling(deep, 40);
	reads_as(deep, deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_mangled_stays),
		cmocka_unit_test(names_of_cxx_say_class_and_arguments),
		cmocka_unit_test(names_of_older_rust_lose_their_hash),
		cmocka_unit_test(names_of_newer_rust_are_read),
		cmocka_unit_test(hostile_names_stay_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
