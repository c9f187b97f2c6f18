#include <stdio.h>
#include <sys/types.h>

int
step000(int x)
{
	return x + 0;
}

int
step001(int x)
{
	return x + 1;
}

int
step002(int x)
{
	return x + 2;
}

int
step003(int x)
{
	return x + 3;
}

int
step004(int x)
{
	return x + 4;
}

int
step005(int x)
{
	return x + 5;
}

int
step006(int x)
{
	return x + 6;
}

int
step007(int x)
{
	return x + 7;
}

int
step008(int x)
{
	return x + 8;
}

int
step009(int x)
{
	return x + 9;
}

int
step010(int x)
{
	return x + 10;
}

int
step011(int x)
{
	return x + 11;
}

int
step012(int x)
{
	return x + 12;
}

int
step013(int x)
{
	return x + 13;
}

int
step014(int x)
{
	return x + 14;
}

int
step015(int x)
{
	return x + 15;
}

int
step016(int x)
{
	return x + 16;
}

int
step017(int x)
{
	return x + 17;
}

int
step018(int x)
{
	return x + 18;
}

int
step019(int x)
{
	return x + 19;
}

int
step020(int x)
{
	return x + 20;
}

int
step021(int x)
{
	return x + 21;
}

int
step022(int x)
{
	return x + 22;
}

int
step023(int x)
{
	return x + 23;
}

int
step024(int x)
{
	return x + 24;
}

int
step025(int x)
{
	return x + 25;
}

int
step026(int x)
{
	return x + 26;
}

int
step027(int x)
{
	return x + 27;
}

int
step028(int x)
{
	return x + 28;
}

int
step029(int x)
{
	return x + 29;
}

int
step030(int x)
{
	return x + 30;
}

int
step031(int x)
{
	return x + 31;
}

int
step032(int x)
{
	return x + 32;
}

int
step033(int x)
{
	return x + 33;
}

int
step034(int x)
{
	return x + 34;
}

int
step035(int x)
{
	return x + 35;
}

int
step036(int x)
{
	return x + 36;
}

int
step037(int x)
{
	return x + 37;
}

int
step038(int x)
{
	return x + 38;
}

int
step039(int x)
{
	return x + 39;
}

int
step040(int x)
{
	return x + 40;
}

int
step041(int x)
{
	return x + 41;
}

int
step042(int x)
{
	return x + 42;
}

int
step043(int x)
{
	return x + 43;
}

int
step044(int x)
{
	return x + 44;
}

int
step045(int x)
{
	return x + 45;
}

int
step046(int x)
{
	return x + 46;
}

int
step047(int x)
{
	return x + 47;
}

int
step048(int x)
{
	return x + 48;
}

int
step049(int x)
{
	return x + 49;
}

int
step050(int x)
{
	return x + 50;
}

int
step051(int x)
{
	return x + 51;
}

int
step052(int x)
{
	return x + 52;
}

int
step053(int x)
{
	return x + 53;
}

int
step054(int x)
{
	return x + 54;
}

int
step055(int x)
{
	return x + 55;
}

int
step056(int x)
{
	return x + 56;
}

int
step057(int x)
{
	return x + 57;
}

int
step058(int x)
{
	return x + 58;
}

int
step059(int x)
{
	return x + 59;
}

int
step060(int x)
{
	return x + 60;
}

int
step061(int x)
{
	return x + 61;
}

int
step062(int x)
{
	return x + 62;
}

int
step063(int x)
{
	return x + 63;
}

int
step064(int x)
{
	return x + 64;
}

int
step065(int x)
{
	return x + 65;
}

int
step066(int x)
{
	return x + 66;
}

int
step067(int x)
{
	return x + 67;
}

int
step068(int x)
{
	return x + 68;
}

int
step069(int x)
{
	return x + 69;
}

int
step070(int x)
{
	return x + 70;
}

int
step071(int x)
{
	return x + 71;
}

int
step072(int x)
{
	return x + 72;
}

int
step073(int x)
{
	return x + 73;
}

int
step074(int x)
{
	return x + 74;
}

int
step075(int x)
{
	return x + 75;
}

int
step076(int x)
{
	return x + 76;
}

int
step077(int x)
{
	return x + 77;
}

int
step078(int x)
{
	return x + 78;
}

int
step079(int x)
{
	return x + 79;
}

int
step080(int x)
{
	return x + 80;
}

int
step081(int x)
{
	return x + 81;
}

int
step082(int x)
{
	return x + 82;
}

int
step083(int x)
{
	return x + 83;
}

int
step084(int x)
{
	return x + 84;
}

int
step085(int x)
{
	return x + 85;
}

int
step086(int x)
{
	return x + 86;
}

int
step087(int x)
{
	return x + 87;
}

int
step088(int x)
{
	return x + 88;
}

int
step089(int x)
{
	return x + 89;
}

int
step090(int x)
{
	return x + 90;
}

int
step091(int x)
{
	return x + 91;
}

int
step092(int x)
{
	return x + 92;
}

int
step093(int x)
{
	return x + 93;
}

int
step094(int x)
{
	return x + 94;
}

int
step095(int x)
{
	return x + 95;
}

int
step096(int x)
{
	return x + 96;
}

int
step097(int x)
{
	return x + 97;
}

int
step098(int x)
{
	return x + 98;
}

int
step099(int x)
{
	return x + 99;
}

int
step100(int x)
{
	return x + 100;
}

int
step101(int x)
{
	return x + 101;
}

int
step102(int x)
{
	return x + 102;
}

int
step103(int x)
{
	return x + 103;
}

int
step104(int x)
{
	return x + 104;
}

int
step105(int x)
{
	return x + 105;
}

int
step106(int x)
{
	return x + 106;
}

int
step107(int x)
{
	return x + 107;
}

int
step108(int x)
{
	return x + 108;
}

int
step109(int x)
{
	return x + 109;
}

int
step110(int x)
{
	return x + 110;
}

int
step111(int x)
{
	return x + 111;
}

int
step112(int x)
{
	return x + 112;
}

int
step113(int x)
{
	return x + 113;
}

int
step114(int x)
{
	return x + 114;
}

int
step115(int x)
{
	return x + 115;
}

int
step116(int x)
{
	return x + 116;
}

int
step117(int x)
{
	return x + 117;
}

int
step118(int x)
{
	return x + 118;
}

int
step119(int x)
{
	return x + 119;
}

int
step120(int x)
{
	return x + 120;
}

int
step121(int x)
{
	return x + 121;
}

int
step122(int x)
{
	return x + 122;
}

int
step123(int x)
{
	return x + 123;
}

int
step124(int x)
{
	return x + 124;
}

int
step125(int x)
{
	return x + 125;
}

int
step126(int x)
{
	return x + 126;
}

int
step127(int x)
{
	return x + 127;
}

int
step128(int x)
{
	return x + 128;
}

int
step129(int x)
{
	return x + 129;
}

int
step130(int x)
{
	return x + 130;
}

int
step131(int x)
{
	return x + 131;
}

int
step132(int x)
{
	return x + 132;
}

int
step133(int x)
{
	return x + 133;
}

int
step134(int x)
{
	return x + 134;
}

int
step135(int x)
{
	return x + 135;
}

int
step136(int x)
{
	return x + 136;
}

int
step137(int x)
{
	return x + 137;
}

int
step138(int x)
{
	return x + 138;
}

int
step139(int x)
{
	return x + 139;
}

int
step140(int x)
{
	return x + 140;
}

int
step141(int x)
{
	return x + 141;
}

int
step142(int x)
{
	return x + 142;
}

int
step143(int x)
{
	return x + 143;
}

int
step144(int x)
{
	return x + 144;
}

int
step145(int x)
{
	return x + 145;
}

int
step146(int x)
{
	return x + 146;
}

int
step147(int x)
{
	return x + 147;
}

int
step148(int x)
{
	return x + 148;
}

int
step149(int x)
{
	return x + 149;
}

int
step150(int x)
{
	return x + 150;
}

int
step151(int x)
{
	return x + 151;
}

int
step152(int x)
{
	return x + 152;
}

int
step153(int x)
{
	return x + 153;
}

int
step154(int x)
{
	return x + 154;
}

int
step155(int x)
{
	return x + 155;
}

int
step156(int x)
{
	return x + 156;
}

int
step157(int x)
{
	return x + 157;
}

int
step158(int x)
{
	return x + 158;
}

int
step159(int x)
{
	return x + 159;
}

int
step160(int x)
{
	return x + 160;
}

int
step161(int x)
{
	return x + 161;
}

int
step162(int x)
{
	return x + 162;
}

int
step163(int x)
{
	return x + 163;
}

int
step164(int x)
{
	return x + 164;
}

int
step165(int x)
{
	return x + 165;
}

int
step166(int x)
{
	return x + 166;
}

int
step167(int x)
{
	return x + 167;
}

int
step168(int x)
{
	return x + 168;
}

int
step169(int x)
{
	return x + 169;
}

int
step170(int x)
{
	return x + 170;
}

int
step171(int x)
{
	return x + 171;
}

int
step172(int x)
{
	return x + 172;
}

int
step173(int x)
{
	return x + 173;
}

int
step174(int x)
{
	return x + 174;
}

int
step175(int x)
{
	return x + 175;
}

int
step176(int x)
{
	return x + 176;
}

int
step177(int x)
{
	return x + 177;
}

int
step178(int x)
{
	return x + 178;
}

int
step179(int x)
{
	return x + 179;
}

int
step180(int x)
{
	return x + 180;
}

int
step181(int x)
{
	return x + 181;
}

int
step182(int x)
{
	return x + 182;
}

int
step183(int x)
{
	return x + 183;
}

int
step184(int x)
{
	return x + 184;
}

int
step185(int x)
{
	return x + 185;
}

int
step186(int x)
{
	return x + 186;
}

int
step187(int x)
{
	return x + 187;
}

int
step188(int x)
{
	return x + 188;
}

int
step189(int x)
{
	return x + 189;
}

int
step190(int x)
{
	return x + 190;
}

int
step191(int x)
{
	return x + 191;
}

int
step192(int x)
{
	return x + 192;
}

int
step193(int x)
{
	return x + 193;
}

int
step194(int x)
{
	return x + 194;
}

int
step195(int x)
{
	return x + 195;
}

int
step196(int x)
{
	return x + 196;
}

int
step197(int x)
{
	return x + 197;
}

int
step198(int x)
{
	return x + 198;
}

int
step199(int x)
{
	return x + 199;
}

int
step200(int x)
{
	return x + 200;
}

int
step201(int x)
{
	return x + 201;
}

int
step202(int x)
{
	return x + 202;
}

int
step203(int x)
{
	return x + 203;
}

int
step204(int x)
{
	return x + 204;
}

int
step205(int x)
{
	return x + 205;
}

int
step206(int x)
{
	return x + 206;
}

int
step207(int x)
{
	return x + 207;
}

int
step208(int x)
{
	return x + 208;
}

int
step209(int x)
{
	return x + 209;
}

int
step210(int x)
{
	return x + 210;
}

int
step211(int x)
{
	return x + 211;
}

int
step212(int x)
{
	return x + 212;
}

int
step213(int x)
{
	return x + 213;
}

int
step214(int x)
{
	return x + 214;
}

int
step215(int x)
{
	return x + 215;
}

int
step216(int x)
{
	return x + 216;
}

int
step217(int x)
{
	return x + 217;
}

int
step218(int x)
{
	return x + 218;
}

int
step219(int x)
{
	return x + 219;
}

int
step220(int x)
{
	return x + 220;
}

int
step221(int x)
{
	return x + 221;
}

int
step222(int x)
{
	return x + 222;
}

int
step223(int x)
{
	return x + 223;
}

int
step224(int x)
{
	return x + 224;
}

int
step225(int x)
{
	return x + 225;
}

int
step226(int x)
{
	return x + 226;
}

int
step227(int x)
{
	return x + 227;
}

int
step228(int x)
{
	return x + 228;
}

int
step229(int x)
{
	return x + 229;
}

int
step230(int x)
{
	return x + 230;
}

int
step231(int x)
{
	return x + 231;
}

int
step232(int x)
{
	return x + 232;
}

int
step233(int x)
{
	return x + 233;
}

int
step234(int x)
{
	return x + 234;
}

int
step235(int x)
{
	return x + 235;
}

int
step236(int x)
{
	return x + 236;
}

int
step237(int x)
{
	return x + 237;
}

int
step238(int x)
{
	return x + 238;
}

int
step239(int x)
{
	return x + 239;
}

int
step240(int x)
{
	return x + 240;
}

int
step241(int x)
{
	return x + 241;
}

int
step242(int x)
{
	return x + 242;
}

int
step243(int x)
{
	return x + 243;
}

int
step244(int x)
{
	return x + 244;
}

int
step245(int x)
{
	return x + 245;
}

int
step246(int x)
{
	return x + 246;
}

int
step247(int x)
{
	return x + 247;
}

int
step248(int x)
{
	return x + 248;
}

int
step249(int x)
{
	return x + 249;
}

int
step250(int x)
{
	return x + 250;
}

int
step251(int x)
{
	return x + 251;
}

int
step252(int x)
{
	return x + 252;
}

int
step253(int x)
{
	return x + 253;
}

int
step254(int x)
{
	return x + 254;
}

int
step255(int x)
{
	return x + 255;
}

int
step256(int x)
{
	return x + 256;
}

int
step257(int x)
{
	return x + 257;
}

int
step258(int x)
{
	return x + 258;
}

int
step259(int x)
{
	return x + 259;
}

int
step260(int x)
{
	return x + 260;
}

int
step261(int x)
{
	return x + 261;
}

int
step262(int x)
{
	return x + 262;
}

int
step263(int x)
{
	return x + 263;
}

int
step264(int x)
{
	return x + 264;
}

int
step265(int x)
{
	return x + 265;
}

int
step266(int x)
{
	return x + 266;
}

int
step267(int x)
{
	return x + 267;
}

int
step268(int x)
{
	return x + 268;
}

int
step269(int x)
{
	return x + 269;
}

int
step270(int x)
{
	return x + 270;
}

int
step271(int x)
{
	return x + 271;
}

int
step272(int x)
{
	return x + 272;
}

int
step273(int x)
{
	return x + 273;
}

int
step274(int x)
{
	return x + 274;
}

int
step275(int x)
{
	return x + 275;
}

int
step276(int x)
{
	return x + 276;
}

int
step277(int x)
{
	return x + 277;
}

int
step278(int x)
{
	return x + 278;
}

int
step279(int x)
{
	return x + 279;
}

int
step280(int x)
{
	return x + 280;
}

int
step281(int x)
{
	return x + 281;
}

int
step282(int x)
{
	return x + 282;
}

int
step283(int x)
{
	return x + 283;
}

int
step284(int x)
{
	return x + 284;
}

int
step285(int x)
{
	return x + 285;
}

int
step286(int x)
{
	return x + 286;
}

int
step287(int x)
{
	return x + 287;
}

int
step288(int x)
{
	return x + 288;
}

int
step289(int x)
{
	return x + 289;
}

int
step290(int x)
{
	return x + 290;
}

int
step291(int x)
{
	return x + 291;
}

int
step292(int x)
{
	return x + 292;
}

int
step293(int x)
{
	return x + 293;
}

int
step294(int x)
{
	return x + 294;
}

int
step295(int x)
{
	return x + 295;
}

int
step296(int x)
{
	return x + 296;
}

int
step297(int x)
{
	return x + 297;
}

int
step298(int x)
{
	return x + 298;
}

int
step299(int x)
{
	return x + 299;
}

int
step300(int x)
{
	return x + 300;
}

int
step301(int x)
{
	return x + 301;
}

int
step302(int x)
{
	return x + 302;
}

int
step303(int x)
{
	return x + 303;
}

int
step304(int x)
{
	return x + 304;
}

int
step305(int x)
{
	return x + 305;
}

int
step306(int x)
{
	return x + 306;
}

int
step307(int x)
{
	return x + 307;
}

int
step308(int x)
{
	return x + 308;
}

int
step309(int x)
{
	return x + 309;
}

int
step310(int x)
{
	return x + 310;
}

int
step311(int x)
{
	return x + 311;
}

int
step312(int x)
{
	return x + 312;
}

int
step313(int x)
{
	return x + 313;
}

int
step314(int x)
{
	return x + 314;
}

int
step315(int x)
{
	return x + 315;
}

int
step316(int x)
{
	return x + 316;
}

int
step317(int x)
{
	return x + 317;
}

int
step318(int x)
{
	return x + 318;
}

int
step319(int x)
{
	return x + 319;
}

int
step320(int x)
{
	return x + 320;
}

int
step321(int x)
{
	return x + 321;
}

int
step322(int x)
{
	return x + 322;
}

int
step323(int x)
{
	return x + 323;
}

int
step324(int x)
{
	return x + 324;
}

int
step325(int x)
{
	return x + 325;
}

int
step326(int x)
{
	return x + 326;
}

int
step327(int x)
{
	return x + 327;
}

int
step328(int x)
{
	return x + 328;
}

int
step329(int x)
{
	return x + 329;
}

int
step330(int x)
{
	return x + 330;
}

int
step331(int x)
{
	return x + 331;
}

int
step332(int x)
{
	return x + 332;
}

int
step333(int x)
{
	return x + 333;
}

int
step334(int x)
{
	return x + 334;
}

int
step335(int x)
{
	return x + 335;
}

int
step336(int x)
{
	return x + 336;
}

int
step337(int x)
{
	return x + 337;
}

int
step338(int x)
{
	return x + 338;
}

int
step339(int x)
{
	return x + 339;
}

int
step340(int x)
{
	return x + 340;
}

int
step341(int x)
{
	return x + 341;
}

int
step342(int x)
{
	return x + 342;
}

int
step343(int x)
{
	return x + 343;
}

int
step344(int x)
{
	return x + 344;
}

int
step345(int x)
{
	return x + 345;
}

int
step346(int x)
{
	return x + 346;
}

int
step347(int x)
{
	return x + 347;
}

int
step348(int x)
{
	return x + 348;
}

int
step349(int x)
{
	return x + 349;
}

int
step350(int x)
{
	return x + 350;
}

int
step351(int x)
{
	return x + 351;
}

int
step352(int x)
{
	return x + 352;
}

int
step353(int x)
{
	return x + 353;
}

int
step354(int x)
{
	return x + 354;
}

int
step355(int x)
{
	return x + 355;
}

int
step356(int x)
{
	return x + 356;
}

int
step357(int x)
{
	return x + 357;
}

int
step358(int x)
{
	return x + 358;
}

int
step359(int x)
{
	return x + 359;
}

int
step360(int x)
{
	return x + 360;
}

int
step361(int x)
{
	return x + 361;
}

int
step362(int x)
{
	return x + 362;
}

int
step363(int x)
{
	return x + 363;
}

int
step364(int x)
{
	return x + 364;
}

int
step365(int x)
{
	return x + 365;
}

int
step366(int x)
{
	return x + 366;
}

int
step367(int x)
{
	return x + 367;
}

int
step368(int x)
{
	return x + 368;
}

int
step369(int x)
{
	return x + 369;
}

int
step370(int x)
{
	return x + 370;
}

int
step371(int x)
{
	return x + 371;
}

int
step372(int x)
{
	return x + 372;
}

int
step373(int x)
{
	return x + 373;
}

int
step374(int x)
{
	return x + 374;
}

int
step375(int x)
{
	return x + 375;
}

int
step376(int x)
{
	return x + 376;
}

int
step377(int x)
{
	return x + 377;
}

int
step378(int x)
{
	return x + 378;
}

int
step379(int x)
{
	return x + 379;
}

int
host_cpus(void)
{
	return CPU_MAXSIZE_NP;
}

int
step380(int x)
{
	return x + 380;
}

int
step381(int x)
{
	return x + 381;
}

int
step382(int x)
{
	return x + 382;
}

int
step383(int x)
{
	return x + 383;
}

int
step384(int x)
{
	return x + 384;
}

int
step385(int x)
{
	return x + 385;
}

int
step386(int x)
{
	return x + 386;
}

int
step387(int x)
{
	return x + 387;
}

int
step388(int x)
{
	return x + 388;
}

int
step389(int x)
{
	return x + 389;
}

int
step390(int x)
{
	return x + 390;
}

int
step391(int x)
{
	return x + 391;
}

int
step392(int x)
{
	return x + 392;
}

int
step393(int x)
{
	return x + 393;
}

int
step394(int x)
{
	return x + 394;
}

int
step395(int x)
{
	return x + 395;
}

int
step396(int x)
{
	return x + 396;
}

int
step397(int x)
{
	return x + 397;
}

int
step398(int x)
{
	return x + 398;
}

int
step399(int x)
{
	return x + 399;
}

int
step400(int x)
{
	return x + 400;
}

int
step401(int x)
{
	return x + 401;
}

int
step402(int x)
{
	return x + 402;
}

int
step403(int x)
{
	return x + 403;
}

int
step404(int x)
{
	return x + 404;
}

int
step405(int x)
{
	return x + 405;
}

int
step406(int x)
{
	return x + 406;
}

int
step407(int x)
{
	return x + 407;
}

int
step408(int x)
{
	return x + 408;
}

int
step409(int x)
{
	return x + 409;
}

int
step410(int x)
{
	return x + 410;
}

int
step411(int x)
{
	return x + 411;
}

int
step412(int x)
{
	return x + 412;
}

int
step413(int x)
{
	return x + 413;
}

int
step414(int x)
{
	return x + 414;
}

int
step415(int x)
{
	return x + 415;
}

int
step416(int x)
{
	return x + 416;
}

int
step417(int x)
{
	return x + 417;
}

int
step418(int x)
{
	return x + 418;
}

int
step419(int x)
{
	return x + 419;
}

int
step420(int x)
{
	return x + 420;
}

int
step421(int x)
{
	return x + 421;
}

int
step422(int x)
{
	return x + 422;
}

int
step423(int x)
{
	return x + 423;
}

int
step424(int x)
{
	return x + 424;
}

int
step425(int x)
{
	return x + 425;
}

int
step426(int x)
{
	return x + 426;
}

int
step427(int x)
{
	return x + 427;
}

int
step428(int x)
{
	return x + 428;
}

int
step429(int x)
{
	return x + 429;
}

int
step430(int x)
{
	return x + 430;
}

int
step431(int x)
{
	return x + 431;
}

int
step432(int x)
{
	return x + 432;
}

int
step433(int x)
{
	return x + 433;
}

int
step434(int x)
{
	return x + 434;
}

int
step435(int x)
{
	return x + 435;
}

int
step436(int x)
{
	return x + 436;
}

int
step437(int x)
{
	return x + 437;
}

int
step438(int x)
{
	return x + 438;
}

int
step439(int x)
{
	return x + 439;
}

int
step440(int x)
{
	return x + 440;
}

int
step441(int x)
{
	return x + 441;
}

int
step442(int x)
{
	return x + 442;
}

int
step443(int x)
{
	return x + 443;
}

int
step444(int x)
{
	return x + 444;
}

int
step445(int x)
{
	return x + 445;
}

int
step446(int x)
{
	return x + 446;
}

int
step447(int x)
{
	return x + 447;
}

int
step448(int x)
{
	return x + 448;
}

int
step449(int x)
{
	return x + 449;
}

int
step450(int x)
{
	return x + 450;
}

int
step451(int x)
{
	return x + 451;
}

int
step452(int x)
{
	return x + 452;
}

int
step453(int x)
{
	return x + 453;
}

int
step454(int x)
{
	return x + 454;
}

int
step455(int x)
{
	return x + 455;
}

int
step456(int x)
{
	return x + 456;
}

int
step457(int x)
{
	return x + 457;
}

int
step458(int x)
{
	return x + 458;
}

int
step459(int x)
{
	return x + 459;
}

int
step460(int x)
{
	return x + 460;
}

int
step461(int x)
{
	return x + 461;
}

int
step462(int x)
{
	return x + 462;
}

int
step463(int x)
{
	return x + 463;
}

int
step464(int x)
{
	return x + 464;
}

int
step465(int x)
{
	return x + 465;
}

int
step466(int x)
{
	return x + 466;
}

int
step467(int x)
{
	return x + 467;
}

int
step468(int x)
{
	return x + 468;
}

int
step469(int x)
{
	return x + 469;
}

int
step470(int x)
{
	return x + 470;
}

int
step471(int x)
{
	return x + 471;
}

int
step472(int x)
{
	return x + 472;
}

int
step473(int x)
{
	return x + 473;
}

int
step474(int x)
{
	return x + 474;
}

int
step475(int x)
{
	return x + 475;
}

int
step476(int x)
{
	return x + 476;
}

int
step477(int x)
{
	return x + 477;
}

int
step478(int x)
{
	return x + 478;
}

int
step479(int x)
{
	return x + 479;
}

int
step480(int x)
{
	return x + 480;
}

int
step481(int x)
{
	return x + 481;
}

int
step482(int x)
{
	return x + 482;
}

int
step483(int x)
{
	return x + 483;
}

int
step484(int x)
{
	return x + 484;
}

int
step485(int x)
{
	return x + 485;
}

int
step486(int x)
{
	return x + 486;
}

int
step487(int x)
{
	return x + 487;
}

int
step488(int x)
{
	return x + 488;
}

int
step489(int x)
{
	return x + 489;
}

int
step490(int x)
{
	return x + 490;
}

int
step491(int x)
{
	return x + 491;
}

int
step492(int x)
{
	return x + 492;
}

int
step493(int x)
{
	return x + 493;
}

int
step494(int x)
{
	return x + 494;
}

int
step495(int x)
{
	return x + 495;
}

int
step496(int x)
{
	return x + 496;
}

int
step497(int x)
{
	return x + 497;
}

int
step498(int x)
{
	return x + 498;
}

int
step499(int x)
{
	return x + 499;
}

int
main(void)
{
	printf("%d\n", step001(host_cpus()));
	return 0;
}
